-- From this version on every page of the file carries a checksum. The pages themselves are written anew by
-- storage/prepare.rs before this step; it only raises the version, so that a file that lost its checksums is known.

-- An account that is an e-mail address is one however it is written. Where both forms are known already, the seller
-- has been asked about them.
UPDATE OR IGNORE identities SET buyer_id = lower(buyer_id) WHERE buyer_id LIKE '%@%';
