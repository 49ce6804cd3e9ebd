-- Who introduced a buyer, what they do, and in which group chat they are.
ALTER TABLE customers ADD COLUMN introduced_by TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN occupation TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN group_chat TEXT NOT NULL DEFAULT '';

-- Fields of the seller's own come in with lists too; what a list brought goes with it.
ALTER TABLE custom_fields ADD COLUMN created_run INTEGER;
ALTER TABLE custom_values ADD COLUMN created_run INTEGER;

-- So does a wish that a list brought, until the seller says otherwise.
ALTER TABLE contact_preferences ADD COLUMN created_run INTEGER;
