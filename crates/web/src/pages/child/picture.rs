//! The picture of repeated missing: how often, how far apart, from when in the week, found where.
use std::collections::BTreeMap;

use cf_app::views::ChildView;
use cf_casework::missing::{Harm, HowReturned};
use cf_components::{Cell, HourGrid, Html, Table};
use cf_kernel::Timestamp;
use cf_store::IncidentRow;

use super::times;
use crate::markup::{div, h2, h3, link, list, p, tag};
use crate::pages::board::{elapsed, grade_badge};
use crate::pages::grade::Sourced as _;

const DAY: i64 = 86_400;

pub(super) fn picture(view: &ChildView, now: Timestamp) -> Html {
    let mut parts = vec![h2("Missing before")];
    if view.episodes.is_empty() {
        parts.push(p("This child has not been reported missing."));
        return Html::join(parts);
    }
    // As the grading rules count: a report about a child whose whereabouts were known is no episode.
    let episodes: Vec<&IncidentRow> = view.episodes.iter().filter(|row| was_missing(row)).collect();
    let since =
        |days: i64| episodes.iter().filter(|row| now.seconds_since(reported(row)) <= days * DAY).count();
    let figure = |count: usize, words: &str| {
        let number = tag("span", "cf-figure__number", count.to_string());
        div("cf-figure", Html::join([number, tag("span", "cf-figure__words", words)]))
    };
    parts.push(div(
        "cf-figures",
        Html::join([
            figure(episodes.len(), "in all"),
            figure(since(365), "in 12 months"),
            figure(since(90), "in 90 days"),
        ]),
    ));
    let known = view.episodes.len() - episodes.len();
    if known > 0 {
        parts.push(p(format!(
            "Reported {} while whereabouts were known all along; not counted.",
            times(known)
        )));
    }
    parts.extend(gaps(&episodes));
    parts.push(found(view));
    if episodes.len() > 1 {
        parts.push(hours(&episodes));
    }
    parts.push(table(view));
    Html::join(parts)
}

fn was_missing(row: &IncidentRow) -> bool {
    row.how.as_deref() != Some(HowReturned::NotMissing.code())
}

const fn reported(row: &IncidentRow) -> Timestamp {
    Timestamp::from_micros(row.reported_at)
}

/// Seconds from each return to the next report, newest first. An episode without a known return begins no gap.
fn gap_lengths(episodes: &[&IncidentRow]) -> Vec<i64> {
    let gap = |pair: &[&IncidentRow]| {
        let [later, earlier] = pair else { return None };
        let back = Timestamp::from_micros(earlier.returned_at?);
        Some(reported(later).seconds_since(back)).filter(|gap| *gap >= 0)
    };
    episodes.windows(2).filter_map(gap).collect()
}

fn gaps(episodes: &[&IncidentRow]) -> Option<Html> {
    let gaps = gap_lengths(episodes);
    let (shortest, latest) = (gaps.iter().min()?, gaps.first()?);
    let mut words = format!("Between a return and the next report: {} the last time", elapsed(*latest));
    if gaps.len() > 1 {
        words.push_str(&format!(", {} the shortest", elapsed(*shortest)));
    }
    Some(p(format!("{words}.")))
}

fn found(view: &ChildView) -> Html {
    let mut places: BTreeMap<String, (usize, &str, Timestamp)> = BTreeMap::new();
    for (at, place) in &view.found {
        let entry = places.entry(place.trim().to_lowercase()).or_insert((0, place.trim(), *at));
        entry.0 += 1;
        entry.2 = entry.2.max(*at);
    }
    let mut places: Vec<_> = places.into_values().collect();
    places.sort_by_key(|(count, _, last)| std::cmp::Reverse((*count, *last)));
    let body = if places.is_empty() {
        p("No place is recorded.")
    } else {
        list(places.into_iter().map(|(count, place, last)| {
            Html::from(format!("{place} ({}, last {})", times(count), last.day().long()))
        }))
    };
    Html::join([h3("Where the child was found"), body])
}

/// Reports by day of the week (from Monday) and hour, on a London clock.
fn by_hour(episodes: &[&IncidentRow]) -> Vec<Vec<Option<u32>>> {
    let mut counts = vec![vec![Some(0_u32); 24]; 7];
    for episode in episodes {
        let local = reported(episode).local();
        let (day, hour) = (local.weekday().to_monday_zero_offset(), local.hour());
        let cell = usize::try_from(day).ok().zip(usize::try_from(hour).ok());
        if let Some(Some(count)) = cell.and_then(|(day, hour)| counts.get_mut(day)?.get_mut(hour)) {
            *count += 1;
        }
    }
    counts
}

fn hours(episodes: &[&IncidentRow]) -> Html {
    HourGrid::default()
        .id("reports-by-hour")
        .title("When reports came, by day and hour")
        .description(format!("{} reports, at the hour they were taken.", episodes.len()))
        .counts(by_hour(episodes))
        .into()
}

fn table(view: &ChildView) -> Html {
    let mut table = Table::new(
        "Every report, newest first",
        ["Reported", "Missing for", "Grade", "How found", "Harm", "Talks"].map(Cell::from),
    )
    .caption_classes("govuk-table__caption--s")
    .first_cell_is_header(true);
    for episode in &view.episodes {
        let begun = Timestamp::from_micros(episode.last_seen_at.unwrap_or(episode.reported_at));
        let length = match episode.returned_at {
            Some(back) => elapsed(Timestamp::from_micros(back).seconds_since(begun)),
            None if episode.phase == "missing" => "missing now".to_owned(),
            None => "not known".to_owned(),
        };
        let how = episode.how.as_deref().and_then(HowReturned::from_code).map_or("", HowReturned::label);
        let harm = episode.harm.as_deref().and_then(Harm::from_code).map_or("", Harm::label);
        let linked = if episode.child == view.id.uuid() { "" } else { " on a linked record" };
        let reported = link(&format!("/incidents/{}", episode.id()), reported(episode).to_string());
        table = table.row([
            Cell::from(Html::join([reported, Html::from(linked)])),
            Cell::from(length),
            Cell::from(Html::join([grade_badge(episode.grade()), episode.source_note()])),
            Cell::from(how),
            Cell::from(harm),
            Cell::from(talks(&episode.talks)),
        ]);
    }
    table.stacked().into()
}

fn talks(code: &str) -> &'static str {
    match code {
        "both_owed" => "both owed",
        "prevention_owed" => "prevention interview owed",
        "interview_owed" => "return home interview owed",
        "held" => "both settled, return home interview held",
        "not_held" => "return home interview not held",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(reported: &str, returned: Option<&str>, how: Option<&str>) -> IncidentRow {
        let micros = |text: &str| text.parse::<Timestamp>().unwrap().micros();
        IncidentRow {
            stream: uuid::Uuid::nil(),
            child: uuid::Uuid::nil(),
            phase: "closed".into(),
            grade: None,
            grade_source: None,
            grade_source_at: None,
            recommended: None,
            below: false,
            reported_at: micros(reported),
            last_seen_at: None,
            returned_at: returned.map(micros),
            closed_at: None,
            how: how.map(str::to_owned),
            harm: None,
            owner_name: String::new(),
            borough: None,
            missing_from: None,
            origin: "report".into(),
            talks: "none".into(),
        }
    }

    #[test]
    fn gaps_run_from_a_return_to_the_next_report() {
        let rows = [
            row("2026-06-10T10:00:00Z", None, None),
            row("2026-06-05T10:00:00Z", Some("2026-06-06T10:00:00Z"), None),
            row("2026-06-01T10:00:00Z", None, None),
        ];
        let rows: Vec<&IncidentRow> = rows.iter().collect();
        // The oldest has no known return: nothing is made up for it.
        assert_eq!(gap_lengths(&rows), [4 * DAY]);
    }

    #[test]
    fn reports_fall_into_the_hour_a_london_clock_showed() {
        // A Wednesday in summer time: 22:30 UTC is 23:30 in London.
        let row = row("2026-07-01T22:30:00Z", None, None);
        let counts = by_hour(&[&row]);
        assert_eq!(counts[2][23], Some(1));
        assert_eq!(counts.iter().flatten().flatten().sum::<u32>(), 1);
    }

    #[test]
    fn a_child_whose_whereabouts_were_known_was_not_missing() {
        assert!(!was_missing(&row("2026-06-01T10:00:00Z", None, Some("not_missing"))));
        assert!(was_missing(&row("2026-06-01T10:00:00Z", None, Some("returned_self"))));
        assert!(was_missing(&row("2026-06-01T10:00:00Z", None, None)));
    }
}
