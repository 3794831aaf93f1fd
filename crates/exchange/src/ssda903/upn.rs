//! The unique pupil number: its form, and its check letter.

/// Letters a check letter is drawn from, in order of remainder: all but I, O and S.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// What is wrong with a UPN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpnProblem {
    /// Rule 168: neither `UN1` to `UN5`, nor a letter and 12 digits, nor a letter, 11 digits and a letter.
    Form,
    /// The first letter does not fit the digits.
    CheckLetter,
}

/// Checks a UPN in capitals that is not blank.
pub(crate) fn check(upn: &str) -> Result<(), UpnProblem> {
    if matches!(upn, "UN1" | "UN2" | "UN3" | "UN4" | "UN5") {
        return Ok(());
    }
    let bytes = upn.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return Err(UpnProblem::Form) };
    let last_fits = last.is_ascii_digit() || LETTERS.contains(&last);
    if bytes.len() != 13
        || !LETTERS.contains(&first)
        || !last_fits
        || !bytes[1..12].iter().all(u8::is_ascii_digit)
    {
        return Err(UpnProblem::Form);
    }
    // A temporary number ends in a letter and carries no check, as rule 1510 of the children in need census has it.
    if !last.is_ascii_digit() {
        return Ok(());
    }
    // SOURCE: `domain/formats.md` section 3, UPN: digits 2 to 13 times 2 to 13, modulo 23.
    let sum: usize =
        bytes.iter().zip(1..).skip(1).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    if LETTERS[sum % 23] == first { Ok(()) } else { Err(UpnProblem::CheckLetter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_check_letters() {
        // 2*2 + 3*3 + ... worked by hand for 300000000001: 3*2 + 1*13 = 19, the twentieth letter.
        assert_eq!(check("V300000000001"), Err(UpnProblem::CheckLetter));
        assert_eq!(check("W300000000001"), Ok(()));
        for good in ["UN1", "UN5", "A30000000000B"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in
            ["UN6", "I300000000001", "A3000000000", "A30000000000S", "A30000000X00B", "", "É30000000000"]
        {
            assert_eq!(check(bad), Err(UpnProblem::Form), "{bad}");
        }
    }
}
