SELECT c.name, c.address_as,
       (SELECT group_concat(platform || ':' || buyer_id, '; ') FROM identities i WHERE i.customer_id = c.id),
       (SELECT group_concat(number, '; ') FROM phones p WHERE p.customer_id = c.id),
       c.gender, c.birth_month, c.wechat, c.qq, c.temperament, c.likes, c.notes,
       (SELECT group_concat(t.name, '; ') FROM customer_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.customer_id = c.id),
       a.province, a.city, a.district, a.detail, a.zip,
       c.order_count, c.currency, c.paid, c.refunded, c.first_order_at, c.last_order_at
FROM customers c LEFT JOIN addresses a ON a.id = (SELECT max(id) FROM addresses WHERE customer_id = c.id)
ORDER BY c.last_order_at DESC, c.id DESC;
