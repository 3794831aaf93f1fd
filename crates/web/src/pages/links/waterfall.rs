//! Why two records score what they score: a table whose last row is the sum of the others, and a bar for each row
//! that begins where the one before ended, so that the last ends at the score.
use std::fmt::Write as _;

use cf_app::matching::{Weighed, WeighedLine};
use cf_components::{Cell, Html, Table};
use cf_kernel::CalendarDay;

use super::{bits, field_words};
use crate::markup::tag;

const WIDTH: f64 = 220.0;
const HEIGHT: f64 = 20.0;

/// Where each line's bar begins and ends, in units; the last end is the score.
fn steps(lines: &[WeighedLine]) -> Vec<(i32, i32)> {
    let mut at = 0;
    lines
        .iter()
        .map(|line| {
            let from = at;
            at += line.weight;
            (from, at)
        })
        .collect()
}

/// The table with its bars.
pub(super) fn waterfall(weighed: &Weighed, left: &str, right: &str) -> Html {
    let spoken: Vec<WeighedLine> = weighed.lines.iter().filter(|line| shown(line)).cloned().collect();
    let steps = steps(&spoken);
    let ends = || steps.iter().flat_map(|(from, to)| [*from, *to]);
    let (low, high) = (ends().min().unwrap_or(0).min(0), ends().max().unwrap_or(0).max(0));
    let scale = WIDTH / f64::from((high - low).max(1));
    let x = |at: i32| (f64::from(at - low) * scale * 10.0).round() / 10.0;
    let mut table = Table::new(
        "What speaks for and against, in bits",
        ["What", left, right, "How they agree", "Weight", "Bar"].map(Cell::from),
    )
    .caption_classes("govuk-table__caption--m")
    .first_cell_is_header(true);
    for (line, (from, to)) in spoken.iter().zip(&steps) {
        table = table.row([
            Cell::from(field_words(&line.field)),
            Cell::from(value(&line.a)),
            Cell::from(value(&line.b)),
            Cell::from(line.level.as_str()),
            Cell::number(bits(line.weight)),
            Cell::from(bar(x(*from), x(*to), x(0), line.weight)),
        ]);
    }
    let (zero, end) = (x(0), x(weighed.score));
    table = table.row([
        Cell::from(tag("strong", "", "Score")),
        Cell::from(""),
        Cell::from(""),
        Cell::from(format!("Likelihood {}", super::chance(weighed.probability))),
        Cell::number(bits(weighed.score)),
        Cell::from(bar(zero, end, zero, weighed.score)),
    ]);
    Html::join([
        Html::from(table.classes("cf-weighs").stacked()),
        tag(
            "p",
            "cf-quiet",
            format!(
                "Each bit doubles or halves the odds. The weights add up to the score. Model: {}.",
                weighed.model
            ),
        ),
    ])
}

/// A line without weight and without anything to compare says nothing.
fn shown(line: &WeighedLine) -> bool {
    line.weight != 0 || line.level != "missing"
}

/// The engine's dates are `2012-11-18`; here they are written as on every other page.
fn value(text: &str) -> String {
    match text.parse::<CalendarDay>() {
        Ok(day) => day.long(),
        Err(_) if text.is_empty() => "–".to_owned(),
        Err(_) => text.to_owned(),
    }
}

/// The picture repeats what the row says, so it is hidden from who cannot see it.
fn bar(from: f64, to: f64, zero: f64, weight: i32) -> Html {
    let class = if weight < 0 { "cf-bar--against" } else { "cf-bar--for" };
    let (left, width) = (from.min(to), (from - to).abs().max(1.0));
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg class=\"cf-bar\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" aria-hidden=\"true\" focusable=\"false\">\
         <line class=\"cf-bar__zero\" x1=\"{zero}\" x2=\"{zero}\" y1=\"0\" y2=\"{HEIGHT}\"/>\
         <rect class=\"{class}\" x=\"{left:.1}\" y=\"3\" width=\"{width:.1}\" height=\"14\"/></svg>"
    );
    Html::trusted(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(field: &str, weight: i32) -> WeighedLine {
        WeighedLine {
            field: field.into(),
            level: if weight == 0 { "missing" } else { "exact" }.into(),
            a: String::new(),
            b: "<b>".into(),
            weight,
        }
    }

    #[test]
    fn each_bar_begins_where_the_one_before_ended_and_the_last_ends_at_the_score() {
        let lines = [line("before comparing", -9_000), line("date of birth", 13_000), line("sex", 1_000)];
        let steps = steps(&lines);
        assert!(steps.windows(2).all(|pair| pair[0].1 == pair[1].0));
        assert_eq!(steps.last().unwrap().1, 5_000);
    }

    #[test]
    fn values_are_escaped_and_what_says_nothing_is_left_out() {
        let lines = vec![line("before comparing", -9_000), line("sex", 9_500), line("phone", 0)];
        let weighed = Weighed { model: "defaults".into(), lines, score: 500, probability: 0.58 };
        let html = waterfall(&weighed, "Police", "Council").to_string();
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>") && !html.contains("Phone"), "{html}");
        assert!(html.contains("+0.5") && html.contains("58%"), "{html}");
        assert_eq!(["2012-11-18", "", "Ada 2"].map(value), ["18 November 2012", "–", "Ada 2"]);
    }
}
