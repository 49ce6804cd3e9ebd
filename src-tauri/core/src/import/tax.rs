//! Whether a marketplace's tax column is part of the price or comes on top of it.

use crate::money::Currency;

/// Rates of value added or consumption tax in tenths of a percent where marketplaces sell with the tax inside the price:
/// standard and reduced rates as the tax authorities name them (2019 to 2026).
const RATES: &[(&str, &[i64])] = &[
    ("AE", &[50]),
    ("AT", &[200, 130, 100]),
    ("AU", &[100]),
    ("BE", &[210, 120, 60]),
    ("BG", &[200, 90]),
    ("CH", &[81, 77, 26, 25]),
    ("CZ", &[210, 150, 120, 100]),
    ("DE", &[190, 70, 160, 50]),
    ("DK", &[250]),
    ("EG", &[140]),
    ("ES", &[210, 100, 40]),
    ("FI", &[255, 240, 140, 135, 100]),
    ("FR", &[200, 100, 55, 21]),
    ("GB", &[200, 50]),
    ("GR", &[240, 130, 60]),
    ("HU", &[270, 180, 50]),
    ("IE", &[230, 210, 135, 90]),
    ("IN", &[180, 120, 50, 280]),
    ("IT", &[220, 100, 50, 40]),
    ("JP", &[100, 80]),
    ("LU", &[170, 160, 140, 80, 30]),
    ("MX", &[160]),
    ("NL", &[210, 90]),
    ("NO", &[250, 150]),
    ("NZ", &[150]),
    ("PL", &[230, 80, 50]),
    ("PT", &[230, 130, 60]),
    ("RO", &[210, 190, 110, 90, 50]),
    ("SA", &[150]),
    ("SE", &[250, 120, 60]),
    ("SG", &[90, 80, 70]),
    ("TR", &[200, 180, 100, 80, 10]),
    ("ZA", &[150]),
];

/// Whether `tax` was paid beside `gross` rather than as a part of it. All in minor units; `off` is what promotions took off.
///
/// The numbers decide where they can: a tax that is the share of a gross price at a rate of the country is inside it, one
/// that is the rate of the price itself comes on top. Else the habit of the market decides, which its currency tells: sales
/// tax of the United States and Canada comes on top, wherever the parcel goes; value added tax elsewhere is inside.
pub(super) fn comes_on_top(gross: i64, off: i64, tax: i64, country: &str, currency: Currency) -> bool {
    if tax == 0 {
        return false;
    }
    if matches!(currency.as_str(), "USD" | "CAD") {
        return true;
    }
    let country = country.trim().to_ascii_uppercase();
    let country = if country == "UK" { "GB" } else { country.as_str() };
    let Some((_, rates)) = RATES.iter().find(|(known, _)| *known == country) else { return false };
    // To one minor unit: goods and shipping are rounded for themselves.
    let near = |sum: i64, over: i64, rate: i64| {
        (i128::from(sum) * i128::from(rate) - i128::from(tax) * i128::from(over)).abs() <= i128::from(over)
    };
    let after = gross - off;
    let is_share = |rate: &i64| near(gross, 1000 + rate, *rate) || near(after, 1000 + rate, *rate);
    let is_beside = |rate: &i64| near(gross, 1000, *rate) || near(after, 1000, *rate);
    !rates.iter().any(is_share) && rates.iter().any(is_beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_say_where_the_tax_is() {
        let on_top =
            |gross, off, tax, country: &str, currency: &str| comes_on_top(gross, off, tax, country, Currency::parse(currency).unwrap());
        // 8.33 + 1.00 are a sixth of 56.00.
        assert!(!on_top(5600, 0, 933, "GB", "GBP"));
        // 20 % of 56.00.
        assert!(on_top(5600, 0, 1120, "GB", "GBP"));
        assert!(!on_top(2879, 737, 460, "DE", "EUR"));
        assert!(!on_top(2390, 0, 217, "JP", "JPY"));
        assert!(on_top(2500, 500, 240, "US", "USD"));
        assert!(on_top(9498, 0, 89, "DE", "USD"));
        assert!(!on_top(2500, 0, 240, "", "EUR"));
        // No rate of the country fits: inside, as is the habit there.
        assert!(!on_top(10_000, 0, 777, "DE", "EUR"));
    }
}
