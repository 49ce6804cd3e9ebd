//! A process that is killed in the middle of its work.

use super::{cli, json, orders_file, orders_of_sound_shop};

#[test]
fn a_killed_import_is_whole_or_not_there() {
    const ORDERS: i64 = 3000;
    let folder = tempfile::tempdir().unwrap();
    let file = orders_file(folder.path(), ORDERS);
    for round in 0..12u64 {
        let data = folder.path().join(format!("shop-{round}"));
        let mut import = cli(&data).arg("import").arg(&file).spawn().unwrap();
        // Anywhere between the start and the end of an import; where it falls does not matter to what must hold.
        std::thread::sleep(std::time::Duration::from_millis(round * 37));
        let finished = import.try_wait().unwrap().is_some_and(|s| s.success());
        let _ = import.kill();
        let _ = import.wait();
        let orders = orders_of_sound_shop(&data, &format!("round {round}"));
        assert!(orders == 0 || orders == ORDERS, "round {round}: {orders} orders are half an import");
        assert!(!finished || orders == ORDERS, "round {round}: an acknowledged import is gone");
        let again = json(cli(&data).arg("import").arg(&file));
        assert_eq!(again["files"][0]["orders"]["new"].as_i64().unwrap() + orders, ORDERS, "round {round}: the rest comes in");
    }
}
