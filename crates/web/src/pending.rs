//! Sign-ins that have left for an identity provider and are not back yet.
//!
//! They are kept in memory: a restart forgets them, and people begin again. Where several nodes serve, a browser must
//! come back to the one it left. States and browsers are kept as hashes, so that finding one takes the same
//! time whatever was guessed.
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use cf_kernel::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::elsewhere::Kept;

/// So long does a sign-in count. A setting.
const GOOD_SECONDS: i64 = 10 * 60;
/// And so long is what was typed kept for who comes back too late: as long as a session without a request.
pub(crate) const KEPT_SECONDS: i64 = 30 * 60;
/// The most at once; the oldest go first.
const MOST: usize = 1_000;
/// The most typed text at once, in bytes: sixteen of the largest forms. The oldest that carry any go first.
const MOST_BYTES: usize = 16 * crate::LARGEST_BODY;

/// Somebody who has left.
pub(crate) struct Away {
    /// What ties their return to this.
    pub(crate) kept: Kept,
    /// Where they were going.
    pub(crate) then: String,
    /// The form that came too late for their last session.
    pub(crate) typed: Vec<(String, String)>,
}

/// Somebody who says they are back.
pub(crate) enum Back {
    /// They are.
    InTime(Away),
    /// They are, but it took too long.
    Late(Away),
    /// Somebody else left.
    OtherBrowser,
    /// Nobody left, or they are back already.
    Unknown,
}

struct Waiting {
    state: [u8; 32],
    browser: [u8; 32],
    at: Timestamp,
    bytes: usize,
    away: Away,
}

/// All who have left, oldest first.
#[derive(Default)]
pub(crate) struct Pending(Mutex<VecDeque<Waiting>>);

impl Pending {
    /// Somebody leaves from this browser.
    pub(crate) fn add(&self, browser: &str, now: Timestamp, away: Away) {
        let bytes = away.typed.iter().map(|(name, value)| name.len() + value.len()).sum();
        let state = hash(&away.kept.state);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut all, now);
        all.push_back(Waiting { state, browser: hash(browser), at: now, bytes, away });
        while all.len() > MOST {
            all.pop_front();
        }
        while all.iter().map(|waiting| waiting.bytes).sum::<usize>() > MOST_BYTES {
            let Some(oldest) = all.iter().position(|waiting| waiting.bytes > 0) else { break };
            all.remove(oldest);
        }
    }

    /// Somebody comes back to this browser. Whatever the answer, this state is used up.
    pub(crate) fn take(&self, state: &str, browser: Option<&str>, now: Timestamp) -> Back {
        let state = hash(state);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut all, now);
        let place = all.iter().position(|waiting| waiting.state == state);
        match place.and_then(|place| all.remove(place)) {
            None => Back::Unknown,
            Some(waiting) if browser.map(hash) != Some(waiting.browser) => Back::OtherBrowser,
            Some(waiting) if now.seconds_since(waiting.at) >= GOOD_SECONDS => Back::Late(waiting.away),
            Some(waiting) => Back::InTime(waiting.away),
        }
    }
}

fn forget(all: &mut VecDeque<Waiting>, now: Timestamp) {
    all.retain(|waiting| now.seconds_since(waiting.at) < KEPT_SECONDS);
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

    fn away(state: &str, typed: usize) -> Away {
        let kept = Kept { state: state.to_owned(), nonce: String::new(), verifier: String::new() };
        let typed = if typed == 0 { Vec::new() } else { vec![(String::new(), "x".repeat(typed))] };
        Away { kept, then: "/board".to_owned(), typed }
    }

    fn word(back: Back) -> &'static str {
        match back {
            Back::InTime(_) => "in time",
            Back::Late(_) => "late",
            Back::OtherBrowser => "other browser",
            Back::Unknown => "unknown",
        }
    }

    #[test]
    fn who_left_comes_back_once_in_time_and_to_the_same_browser() {
        let pending = Pending::default();
        for state in ["a", "b", "c", "d"] {
            pending.add("mine", NOON, away(state, 0));
        }
        let take = |state, browser, minutes| word(pending.take(state, browser, NOON.plus_minutes(minutes)));
        assert_eq!(take("z", Some("mine"), 1), "unknown");
        assert_eq!(take("a", Some("mine"), 9), "in time");
        assert_eq!(take("a", Some("mine"), 9), "unknown");
        assert_eq!(take("b", Some("theirs"), 1), "other browser");
        assert_eq!(take("b", Some("mine"), 1), "unknown", "a state that was seen elsewhere is used up");
        assert_eq!(take("c", None, 1), "other browser");
        assert_eq!(take("d", Some("mine"), 10), "late");
        pending.add("mine", NOON, away("e", 0));
        assert_eq!(take("e", Some("mine"), 30), "unknown");
    }

    #[test]
    fn the_oldest_go_first_and_those_with_much_text_before_others() {
        let pending = Pending::default();
        let here = |state: &str| word(pending.take(state, Some("mine"), NOON)) == "in time";
        for number in 0..=MOST {
            pending.add("mine", NOON, away(&number.to_string(), 0));
        }
        assert!(!here("0") && here("1") && here(&MOST.to_string()));

        pending.add("mine", NOON, away("early", 0));
        for number in 0..17 {
            pending.add("mine", NOON, away(&format!("text {number}"), crate::LARGEST_BODY));
        }
        assert!(here("early"), "what carries nothing stays");
        assert!(!here("text 0") && here("text 1") && here("text 16"));
    }
}
