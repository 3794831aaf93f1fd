//! Pairs of records that may be one child, decided one by one by a person. Nothing merges by itself.
pub(crate) mod decide;
mod list;
mod pair;
mod waterfall;

use cf_access::Action;

use crate::problem::id;
use crate::routes::Routes;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/links", Action::ViewLinks, list::page)
        .get("/links/{id}", Action::ViewLinks, pair::page)
        .post("/links/{id}", Action::DecideLink, decide::send)
}

/// A field of the engine with a capital letter, as a heading of a row.
fn field_words(field: &str) -> String {
    match field {
        "before comparing" => "Before comparing".to_owned(),
        "perhaps one household" => "Perhaps brother or sister".to_owned(),
        other => super::problem_page::capital(other),
    }
}

/// Bits with one decimal, signed: `+9.1`.
fn bits(weight: i32) -> String {
    let tenths = (f64::from(weight) / 102.4).round() / 10.0;
    // Less than half a tenth either way is nothing, and has no sign.
    if tenths == 0.0 { "0.0".to_owned() } else { format!("{tenths:+.1}") }
}

/// A probability for people who decide: as odds would be read, never as certainty.
fn chance(probability: f64) -> String {
    match probability {
        p if p >= 0.995 => "over 99%".to_owned(),
        p if p < 0.005 => "under 1%".to_owned(),
        p => format!("{:.0}%", p * 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_chances_are_short() {
        assert_eq!([bits(9_318), bits(-512), bits(0), bits(-40)], ["+9.1", "-0.5", "0.0", "0.0"]);
        assert_eq!([chance(0.999), chance(0.5), chance(0.0001)], ["over 99%", "50%", "under 1%"]);
    }
}
