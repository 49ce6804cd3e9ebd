//! Text in the code pages that computers of many languages use is read as what it is, from one row up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Desk;
use proptest::prelude::*;
use zhanggui_core::import::choices::Choices;
use zhanggui_core::import::encodings::encoding_named;

/// Country, currency, code page, and people, streets and towns as they are written there.
type Language = (&'static str, &'static str, &'static str, [&'static str; 4], [&'static str; 4], [&'static str; 4]);

const LANGUAGES: &[Language] = &[
    (
        "CN",
        "CNY",
        "GB18030",
        ["张小满", "林秋月", "周牧野", "欧阳靖"],
        ["文三路9号", "解放大道188号", "中山北路2弄", "人民路7号院"],
        ["杭州市", "武汉市", "上海市", "成都市"],
    ),
    (
        "TW",
        "TWD",
        "Big5",
        ["陳怡君", "林志豪", "黃雅婷", "蔡宗翰"],
        ["忠孝東路四段1號", "民生路88號", "中正路12巷3弄", "復興南路二段"],
        ["臺北市", "高雄市", "臺中市", "新竹縣"],
    ),
    (
        "JP",
        "JPY",
        "Shift_JIS",
        ["佐藤 花子", "髙橋 一郎", "渡辺 さくら", "小林 ケンジ"],
        ["南青山3-1-2", "本町1-1 ソフィアビル", "桜丘町5番地", "北浜ハイツ201号"],
        ["港区", "大阪市", "札幌市", "名古屋市"],
    ),
    (
        "KR",
        "KRW",
        "EUC-KR",
        ["김민준", "이서연", "박지훈", "최유진"],
        ["강남대로 12길 5", "종로 3가 88", "해운대로 210", "중앙로 7번길"],
        ["서울특별시", "부산광역시", "대구광역시", "인천광역시"],
    ),
    (
        "RU",
        "RUB",
        "windows-1251",
        ["Иван Петров", "Мария Иванова", "Алексей Смирнов", "Ольга Кузнецова"],
        ["улица Ленина 5", "проспект Мира 12", "Садовая улица 7", "набережная Фонтанки 3"],
        ["Москва", "Санкт-Петербург", "Казань", "Новосибирск"],
    ),
    (
        "UA",
        "UAH",
        "windows-1251",
        ["Олена Шевченко", "Їжак Микола", "Тарас Коваленко", "Ганна Бондар"],
        ["вулиця Хрещатик 1", "проспект Свободи 7", "вулиця Шевченка 12", "площа Ринок 3"],
        ["Київ", "Львів", "Одеса", "Харків"],
    ),
    (
        "PL",
        "PLN",
        "windows-1250",
        ["Łukasz Wójcik", "Małgorzata Świątek", "Paweł Dąbrowski", "Józef Gałązka"],
        ["Święta 3", "ulica Długa 12", "plac Wolności 7", "Żwirki 5"],
        ["Kraków", "Łódź", "Poznań", "Gdańsk"],
    ),
    (
        "CZ",
        "CZK",
        "windows-1250",
        ["Jiří Dvořák", "Tomáš Růžička", "Lenka Šimková", "Kateřina Nováková"],
        ["Růžová 12", "Křížkovského 7", "náměstí Míru 3", "Třebízského 5"],
        ["Plzeň", "Děčín", "České Budějovice", "Kroměříž"],
    ),
    (
        "HU",
        "HUF",
        "windows-1250",
        ["Kovács Zsófia", "Szabó Gergő", "Tóth Erzsébet", "Horváth Ödön"],
        ["Kossuth Lajos utca 5", "Petőfi tér 12", "Hősök útja 7", "Szőlő utca 3"],
        ["Győr", "Székesfehérvár", "Pécs", "Kőszeg"],
    ),
    (
        "GR",
        "EUR",
        "windows-1253",
        ["Γιώργος Παπαδόπουλος", "Μαρία Νικολάου", "Ελένη Δημητρίου", "Κώστας Αντωνίου"],
        ["Ερμού 5", "Λεωφόρος Κηφισίας 12", "Πατησίων 7", "Τσιμισκή 3"],
        ["Αθήνα", "Θεσσαλονίκη", "Πάτρα", "Ηράκλειο"],
    ),
    (
        "TR",
        "TRY",
        "windows-1254",
        ["Işıl Şahin", "Gökçe Yıldız", "Çağla Doğan", "İbrahim Şimşek"],
        ["Gül Sokağı 12", "Atatürk Bulvarı 7", "Çiçek Caddesi 3", "İstiklal Caddesi 5"],
        ["İzmir", "Eskişehir", "Diyarbakır", "Muğla"],
    ),
    (
        "TH",
        "THB",
        "windows-874",
        ["สมชาย ใจดี", "มาลี สุขใจ", "ประเสริฐ ทองดี", "วันเพ็ญ แก้วใส"],
        ["ถนนสุขุมวิท 12", "ซอยลาดพร้าว 7", "ถนนพระราม 4", "ถนนนิมมานเหมินท์"],
        ["กรุงเทพมหานคร", "เชียงใหม่", "ขอนแก่น", "ภูเก็ต"],
    ),
    (
        "DE",
        "EUR",
        "windows-1252",
        ["Jörg Müller", "Käthe Weiß", "Günther Schäfer", "Sören Größer"],
        ["Großstraße 5", "Königsallee 12", "Am Schloßplatz 7", "Bäckergäßchen 3"],
        ["Köln", "München", "Düsseldorf", "Lübeck"],
    ),
    (
        "FR",
        "EUR",
        "windows-1252",
        ["Zoé Lefèvre", "François Béranger", "Chloé Noël", "Benoît Gérard"],
        ["12 rue de l'Église", "3 allée des Érables", "7 boulevard Général-Leclerc", "5 rue du Marché"],
        ["Orléans", "Besançon", "Nîmes", "Béziers"],
    ),
];

const HEADER: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,\
    Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
    Lineitem sku,Billing Name,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Shipping Phone,Notes,\
    Cancelled at,Refunded Amount,Outstanding Balance,Id\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]
    #[test]
    fn text_in_the_code_page_of_its_country_is_read_as_it_is(
        language in proptest::sample::select(LANGUAGES),
        picks in proptest::collection::vec((0usize..4, 0usize..4, 0usize..4), 1..12),
    ) {
        let (country, currency, page, people, streets, towns) = language;
        let mut text = HEADER.to_owned();
        for (index, (person, street, town)) in picks.iter().enumerate() {
            let (person, street, town) = (people[*person], streets[*street], towns[*town]);
            text += &format!(
                "#{},b{index}@example.com,paid,2026-01-02 10:00:00 +0000,fulfilled,2026-01-03 10:00:00 +0000,no,{currency},12.00,0.00,0.00,\
                 12.00,,0.00,Standard,2026-01-02 09:59:00 +0000,1,Mug,12.00,MUG-1,{person},{person},{street},{town},10115,{country},,,,0.00,0.00,9{index}\n",
                1001 + index
            );
        }
        let (bytes, _, lost) = encoding_named(page).unwrap().encode(&text);
        prop_assert!(!lost, "{page} has all of it");
        let desk = Desk::new();
        let path = desk.folder.path().join("orders_export.csv");
        std::fs::write(&path, &bytes).unwrap();
        let report = desk.import_with(&path, &Choices::default()).unwrap();
        for (index, (person, ..)) in picks.iter().enumerate() {
            let order = desk.shop.order(desk.shop.order_by_number(&format!("#{}", 1001 + index)).unwrap()).unwrap();
            prop_assert_eq!(order.recipient.as_str(), people[*person], "{} read as {}", page, report.encoding);
        }
    }
}
