UPDATE orders SET
    shop_id = ?1, number = ?2, number_tail = ?3, customer_id = ?4, review_id = ?5, status = ?6, status_text = ?7,
    currency = ?8, goods = ?9, shipping_fee = ?10, discount = ?11, paid = ?12, refunded = ?13, placed_at = ?14,
    paid_at = ?15, shipped_at = ?16, completed_at = ?17, recipient = ?18, phone = ?19, province = ?20, city = ?21,
    district = ?22, address = ?23, zip = ?24, country = ?25, courier = ?26, tracking = ?27, buyer_message = ?28,
    seller_note = ?29, hand_edited = ?30, created_run = ?31, order_print = ?32, order_run = ?33, order_rows = ?34,
    items_print = ?35, items_run = ?36, items_rows = ?37
WHERE id = ?38
