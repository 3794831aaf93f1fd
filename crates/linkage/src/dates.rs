//! Dates of birth as eight decimal digits in a `u32`, four bits each: 29 February 2012 is `0x2012_0229`.
//!
//! Digits are kept as written, even where they name no day, because a slip is compared digit by digit.

/// Names of the agreement levels, by number; 0 means that one side is missing.
pub const LEVELS: [&str; 11] = [
    "missing",
    "a generation apart",
    "different",
    "same year",
    "same day and month",
    "two digits or the day differ",
    "first of the month or year stands in",
    "two digits changed places",
    "day and month changed places",
    "one digit, or the year by one",
    "exact",
];
/// Better tiers never weigh less; levels of one tier are not compared.
pub const TIERS: [u8; 11] = [0, 0, 1, 2, 2, 3, 3, 4, 4, 4, 5];

/// Nothing is alike, and the years are so far apart that one could be the other's parent.
pub const GENERATION: u8 = 1;
/// Both dates are known and nothing is alike.
pub const DIFFERENT: u8 = 2;
/// The same day.
pub const EXACT: u8 = 10;

/// Years between two births from which one could be the other's parent.
const GENERATION_YEARS: u32 = 14;

/// Reads `2012-02-29`, `20120229`, `29/02/2012`, `29.2.2012`, each perhaps with a time behind it, `2012` or `2012-02`.
/// 0 when there is no date in it.
#[must_use]
pub fn parse(raw: &[u8]) -> u32 {
    let raw = raw.trim_ascii();
    if raw.len() == 10 && raw[4] == b'-' && raw[7] == b'-' {
        let mut value = 0_u32;
        let mut good = true;
        for &i in &[0, 1, 2, 3, 5, 6, 8, 9] {
            good &= raw[i].is_ascii_digit();
            value = value << 4 | u32::from(raw[i] & 15);
        }
        if good {
            return settle(value);
        }
    }
    let mut parts = [(0_u32, 0_usize); 3];
    let mut count = 0;
    let end = raw.iter().position(|&b| b == b'T' || b == b' ' || b == b't').unwrap_or(raw.len());
    for part in raw[..end].split(|b| matches!(b, b'-' | b'/' | b'.')) {
        if count == 3 || part.is_empty() || part.len() > 8 || !part.iter().all(u8::is_ascii_digit) {
            return 0;
        }
        parts[count] = (part.iter().fold(0, |v, b| v << 4 | u32::from(b & 15)), part.len());
        count += 1;
    }
    let value = match (count, parts) {
        (1, [(v, 8), ..]) => v,
        (1, [(v, 4), ..]) => v << 16,
        (2, [(y, 4), (m, 1 | 2), _]) => y << 16 | m << 8,
        (3, [(y, 4), (m, 1 | 2), (d, 1 | 2)]) => y << 16 | m << 8 | d,
        (3, [(d, 1 | 2), (m, 1 | 2), (y, 4)]) => y << 16 | m << 8 | d,
        _ => 0,
    };
    settle(value)
}

/// Years nobody on file was born in, and the usual stand-ins for an unknown date, count as missing.
fn settle(value: u32) -> u32 {
    if value >> 16 <= 0x1901 && value & 0xffff <= 0x0101 || value >> 16 == 0x9999 || value >> 16 < 0x1000 {
        0
    } else {
        value
    }
}

/// The date as people write it.
#[must_use]
pub fn show(value: u32) -> String {
    if value == 0 {
        String::new()
    } else {
        format!("{:04x}-{:02x}-{:02x}", value >> 16, value >> 8 & 255, value & 255)
    }
}

/// The date with day and month in ascending order, so that an exchange of the two changes nothing.
#[must_use]
pub const fn unordered(value: u32) -> u32 {
    let (month, day) = (value >> 8 & 255, value & 255);
    if month <= day { value } else { value & 0xffff_0000 | day << 8 | month }
}

/// How two dates agree: a number below [`LEVELS`]. The order of the two changes nothing.
#[must_use]
pub const fn compare(a: u32, b: u32) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    if a == b {
        // A year alone says too little to count as agreement.
        return if a & 255 != 0 {
            EXACT
        } else if a & 0xff00 != 0 {
            5
        } else {
            0
        };
    }
    let odd = a ^ b;
    let (year_a, year_b) = (a >> 16, b >> 16);
    if a & 255 == 0 || b & 255 == 0 {
        let months = a & 0xff00 != 0 && b & 0xff00 != 0;
        return if year_a != year_b {
            nothing_alike(year_a, year_b)
        } else if months && odd & 0xff00 == 0 {
            5
        } else if months {
            3
        } else {
            0
        };
    }
    let digits =
        (odd & 0x1111_1111 | odd >> 1 & 0x1111_1111 | odd >> 2 & 0x1111_1111 | odd >> 3 & 0x1111_1111)
            .count_ones();
    if digits == 1 {
        return 9;
    }
    if odd & 0xffff == 0 && year_apart(year_a, year_b) == 1 {
        return 9;
    }
    if year_a == year_b && (a >> 8 & 255) == (b & 255) && (b >> 8 & 255) == (a & 255) {
        return 8;
    }
    if digits == 2 {
        let place = odd.trailing_zeros() / 4 * 4;
        let (low_a, high_a) = (a >> place & 15, a >> (place + 4) & 15);
        let (low_b, high_b) = (b >> place & 15, b >> (place + 4) & 15);
        if odd >> place >> 8 == 0 && low_a == high_b && high_a == low_b {
            return 7;
        }
    }
    if year_a == year_b {
        let first_of_month = odd & 0xff00 == 0 && (a & 255 == 1 || b & 255 == 1);
        if first_of_month || a & 0xffff == 0x0101 || b & 0xffff == 0x0101 {
            return 6;
        }
    }
    if digits == 2 || odd >> 8 == 0 {
        return 5;
    }
    if odd & 0xffff == 0 {
        return 4;
    }
    if year_a == year_b { 3 } else { nothing_alike(year_a, year_b) }
}

const fn nothing_alike(year_a: u32, year_b: u32) -> u8 {
    if year_apart(year_a, year_b) >= GENERATION_YEARS { GENERATION } else { DIFFERENT }
}

const fn year_apart(a: u32, b: u32) -> u32 {
    decimal(a).abs_diff(decimal(b))
}

const fn decimal(v: u32) -> u32 {
    (v >> 12 & 15) * 1000 + (v >> 8 & 15) * 100 + (v >> 4 & 15) * 10 + (v & 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_forms() {
        for form in [
            "2012-02-29",
            "20120229",
            "29/02/2012",
            "29.2.2012",
            "2012-2-29",
            "2012-02-29T00:00:00",
            "29/02/2012 00:00",
        ] {
            assert_eq!(parse(form.as_bytes()), 0x2012_0229, "{form}");
        }
        assert_eq!(parse(b"2012"), 0x2012_0000);
        assert_eq!(parse(b"1900-01-01"), 0);
        assert_eq!(parse(b"yesterday"), 0);
        assert_eq!(parse(b""), 0);
        assert_eq!(show(0x2012_0229), "2012-02-29");
    }

    #[test]
    fn levels_are_told_apart() {
        let level = |a: &str, b: &str| {
            let (a, b) = (parse(a.as_bytes()), parse(b.as_bytes()));
            assert_eq!(compare(a, b), compare(b, a));
            compare(a, b)
        };
        assert_eq!(level("2012-02-29", "2012-02-29"), EXACT);
        assert_eq!(level("2012-02-25", "2012-02-29"), 9);
        assert_eq!(level("2009-05-06", "2010-05-06"), 9);
        assert_eq!(level("2012-02-11", "2012-11-02"), 8);
        assert_eq!(level("2012-02-12", "2012-02-21"), 7);
        assert_eq!(level("2012-02-01", "2012-02-23"), 6);
        assert_eq!(level("2012-01-01", "2012-08-23"), 6);
        assert_eq!(level("2012-08-14", "2012-08-23"), 5);
        assert_eq!(level("2012-08-23", "1987-08-23"), 4);
        assert_eq!(level("2012-08-23", "2012-11-14"), 3);
        assert_eq!(level("2012-08-23", "2004-11-14"), DIFFERENT);
        assert_eq!(level("2012-08-23", "1987-11-14"), GENERATION);
        assert_eq!(level("2012-08-23", "1987"), GENERATION);
        assert_eq!(level("", "1987-11-14"), 0);
        assert_eq!(level("1987", "1987-11-14"), 0);
    }
}
