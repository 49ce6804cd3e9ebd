SELECT
    shop_id, number, number_tail, customer_id, review_id, status, status_text, currency, goods, shipping_fee, discount,
    paid, refunded, placed_at, paid_at, shipped_at, completed_at, recipient, phone, province, city, district, address,
    zip, country, courier, tracking, buyer_message, seller_note, hand_edited, created_run, order_print, order_run,
    order_rows, items_print, items_run, items_rows, id
FROM orders
