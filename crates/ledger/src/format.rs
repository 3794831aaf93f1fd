//! The one error for bytes or text that do not have the form they claim.

/// Bytes or text that do not have the form they claim. Says what was expected, never repeats the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct FormatError {
    expected: &'static str,
}

impl FormatError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

/// A decimal number without sign or leading zeroes, at most 2^63 - 1.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|n| plain && *n <= MAX_SIZE)
}

/// The largest number of entries: sizes are stored as signed 64-bit integers.
pub(crate) const MAX_SIZE: u64 = i64::MAX as u64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("256"), Some(256));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "9223372036854775808", "1e3"] {
            assert_eq!(decimal(wrong), None, "{wrong}");
        }
    }
}
