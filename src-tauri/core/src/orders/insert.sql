INSERT INTO orders (
    shop_id, number, number_tail, customer_id, review_id, status, status_text, currency, goods, shipping_fee, discount,
    paid, refunded, placed_at, paid_at, shipped_at, completed_at, recipient, phone, province, city, district, address,
    zip, country, courier, tracking, buyer_message, seller_note, hand_edited, created_run, order_print, order_run,
    order_rows, items_print, items_run, items_rows
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25,
    ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37
)
