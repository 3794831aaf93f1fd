//! Numbers that name one person: UPN, NHS number, local numbers with the authority that gave them.

/// Kinds of identifier, by the check they carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// Unique pupil number: a check letter and twelve digits, the last of them perhaps a letter.
    Upn,
    /// NHS number: ten digits, the last a modulus 11 check.
    Nhs,
    /// A number without a check.
    Plain,
}

/// Names of the agreement levels, by number; 0 means that one side is missing or fails its check.
pub const LEVELS: [&str; 5] = ["missing", "different", "two slips", "one slip", "exact"];
/// Better tiers never weigh less.
pub const TIERS: [u8; 5] = [0, 0, 1, 2, 3];

const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Whether a tidied UPN carries its right check letter.
// SOURCE: DfE, Unique pupil numbers: guide, "check letter": characters 2 to 13 times weights 2 to 13, modulo 23.
#[must_use]
pub fn upn_is_right(upn: &[u8]) -> bool {
    if upn.len() != 13 {
        return false;
    }
    let mut sum = 0;
    for (i, &b) in upn.iter().enumerate().skip(1) {
        let value = if b.is_ascii_digit() {
            usize::from(b - b'0')
        } else if i == 12 {
            match UPN_LETTERS.iter().position(|&l| l == b) {
                Some(place) => place,
                None => return false,
            }
        } else {
            return false;
        };
        sum += value * (i + 1);
    }
    UPN_LETTERS[sum % 23] == upn[0]
}

/// Whether a tidied NHS number carries its right check digit.
// SOURCE: NHS Data Dictionary, "NHS number": weights 10 to 2, eleven minus the remainder modulo 11; 10 is never given.
#[must_use]
pub fn nhs_number_is_right(number: &[u8]) -> bool {
    if number.len() != 10 || !number.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 =
        number[..9].iter().zip((2..=10).rev()).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    (11 - sum % 11) % 11 == u32::from(number[9] - b'0')
}

impl IdentifierKind {
    /// Whether the check holds; plain numbers have none to fail.
    #[must_use]
    pub fn is_right(self, tidied: &[u8]) -> bool {
        match self {
            Self::Upn => upn_is_right(tidied),
            Self::Nhs => nhs_number_is_right(tidied),
            Self::Plain => true,
        }
    }
}

/// Upper-case letters and digits only; empty for the codes that say "unknown", such as `UN3`, and for all zeros.
pub fn tidy_into(raw: &[u8], out: &mut Vec<u8>) {
    out.clear();
    out.extend(
        raw.iter().filter(|b| b.is_ascii_alphanumeric() || **b == b':').map(u8::to_ascii_uppercase).take(32),
    );
    let unknown = out.len() == 3 && out.starts_with(b"UN") && out[2].is_ascii_digit();
    if unknown
        || out.iter().all(|b| matches!(b, b'0' | b':'))
        || matches!(out.as_slice(), b"NA" | b"NONE" | b"NULL" | b"UNKNOWN")
    {
        out.clear();
    }
}

/// How two tidied identifiers agree: a number below [`LEVELS`].
///
/// One that fails its check can agree, but its disagreement says nothing; numbers of two authorities
/// (`E09000030:123` and `E09000012:123`) are not comparable.
#[must_use]
pub fn compare(kind: IdentifierKind, a: &[u8], b: &[u8]) -> u8 {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    if a == b {
        return 4;
    }
    let authority = |id: &[u8]| id.iter().position(|&c| c == b':');
    if let (Some(x), Some(y)) = (authority(a), authority(b))
        && a[..x] != b[..y]
    {
        return 0;
    }
    match crate::similar::slips(a, b, 2) {
        1 => 3,
        2 if a.len().min(b.len()) >= 6 => 2,
        _ if kind.is_right(a) && kind.is_right(b) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters() {
        assert!(nhs_number_is_right(b"9434765919"));
        assert!(!nhs_number_is_right(b"9434765918"));
        assert!(!nhs_number_is_right(b"943476591"));
        assert!(upn_is_right(b"H801200001001"));
        assert!(!upn_is_right(b"I801200001001"));
        assert!(!upn_is_right(b"H801200001002"));
    }

    #[test]
    fn a_wrong_check_is_not_a_disagreement() {
        let nhs = IdentifierKind::Nhs;
        assert_eq!(compare(nhs, b"9434765919", b"9434765919"), 4);
        assert_eq!(compare(nhs, b"9434765919", b"9434765910"), 3);
        assert_eq!(compare(nhs, b"9434765919", b"1234567890"), 0);
        assert_eq!(compare(nhs, b"9434765919", b"4010232137"), 1);
        assert_eq!(compare(IdentifierKind::Plain, b"E09000030:123", b"E09000012:123"), 0);
        assert_eq!(compare(IdentifierKind::Plain, b"E09000030:123", b"E09000030:987"), 1);
    }

    #[test]
    fn codes_for_unknown_are_missing() {
        let mut out = Vec::new();
        tidy_into(b"UN4", &mut out);
        assert!(out.is_empty());
        tidy_into(b" 943 476 5919 ", &mut out);
        assert_eq!(out, b"9434765919");
    }
}
