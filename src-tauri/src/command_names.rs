// The commands the window may call, one by one; read by the build script and by the shell, so that a command
// that is not listed here can be neither allowed nor called.
&[
    "window_usable", "desk_state", "switch_book", "make_demo", "reveal_data", "set_language", "preferences", "set_preferences",
    "pick_files", "waiting_files", "look_at_file", "plan_files", "apply_plan", "discard_plan", "cancel_task", "save_rejects", "save_mapping",
    "imports", "import_rejects", "undo_import",
    "customers", "customer_ids", "profile", "add_customer", "edit_customer", "delete_customers", "tags", "tag_customers", "save_field",
    "delete_field", "open_matches", "decide_match",
    "orders", "order", "read_pasted_order", "add_order", "edit_order", "link_order", "original_rows",
    "templates", "template_forms", "blank_template", "check_template", "save_template", "copy_template", "archive_template",
    "default_template", "delete_template_version", "open_template_file", "save_template_file", "regions", "search_regions",
    "calculate", "calculator_form_of", "parse_address", "replay_template", "find_free_from", "products", "product_sales",
    "edit_products", "plan_pasted_products", "plan_product_file", "apply_product_plan", "plan_bill", "map_bill", "keep_bill", "bills",
    "delete_bill", "courier_scorecard",
    "export_customers", "export_log",
    "undo_state", "undo", "redo",
    "backups", "backup_now", "restore_backup", "edit_shop",
]
