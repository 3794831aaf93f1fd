//! One flow as a small chart, with what it says in words and the table behind it.
use cf_app::flows::FlowPicture;
use cf_app::flows::judge::{Judgement, because};
use cf_casework::flow::Period;
use cf_components::{Html, LineChart, Point, Tag};
use cf_kernel::CalendarDay;
use cf_measures::Side;

use crate::markup::{div, h2, p};

/// `asked` when an alarm about this flow waits for an answer.
pub(super) fn figure(flow: &FlowPicture, from: CalendarDay, asked: bool) -> Html {
    let mut parts = vec![h2(flow.flow.label()), p(Html::from(stands(flow, asked)))];
    if flow.counts.iter().all(|count| *count == 0) {
        parts.push(p("Nothing is recorded in this time."));
        return div("cf-flow", Html::join(parts));
    }
    parts.push(p(words(flow)));
    parts.push(chart(flow, from));
    div("cf-flow", Html::join(parts))
}

/// A tag: how the flow stands.
fn stands(flow: &FlowPicture, asked: bool) -> Tag {
    match &flow.judged {
        None => Tag::coloured("Too few to judge", "grey"),
        Some(judged) if judged.falls_now().is_some() => Tag::coloured("Has fallen", "red"),
        Some(_) if asked => Tag::coloured("Fell and came back, not answered yet", "red"),
        Some(judged) => match judged.chart.points().last().and_then(|point| point.signals.outside) {
            Some(Side::Above) => Tag::coloured("More than usual", "blue"),
            _ => Tag::coloured("Usual variation", "green"),
        },
    }
}

const fn each(period: Period) -> &'static str {
    match period {
        Period::Day => "a day",
        Period::Week => "a week",
    }
}

/// What the chart says, in a sentence or two.
fn words(flow: &FlowPicture) -> String {
    let Some(judged) = &flow.judged else {
        let total: i64 = flow.counts.iter().sum();
        let (weeks, s) = (flow.counts.len(), if flow.counts.len() == 1 { "" } else { "s" });
        return format!(
            "{total} in {weeks} whole week{s}. Limits need at least six weeks with five a week; with less, chance alone \
             makes a quiet week."
        );
    };
    let mut words = usual(flow, judged);
    if let Some(fall) = judged.falls_now() {
        words.push_str(&format!(
            " Since {} it is {}.",
            flow.starts[fall.from].long(),
            because(fall.why).label()
        ));
    } else if let Some(fall) = judged.falls.last() {
        let (from, to) = (flow.starts[fall.from].long(), flow.starts[fall.to].long());
        words.push_str(&match flow.period {
            Period::Week if from == to => format!(" It fell in the week from {from} and came back."),
            Period::Week => format!(" It fell from the week of {from} until that of {to} and came back."),
            Period::Day if from == to => format!(" It fell on {from} and came back."),
            Period::Day => format!(" It fell from {from} until {to} and came back."),
        });
    }
    if let Some(from) = flow.anew_from {
        words.push_str(&format!(
            " The baseline begins anew on {}, as an answer to an alarm said.",
            from.long()
        ));
    }
    words
}

fn usual(flow: &FlowPicture, judged: &Judgement) -> String {
    let baseline = judged.baseline;
    let total: i64 = flow.counts[..baseline].iter().sum();
    let mean = total as f64 / baseline as f64;
    let points = judged.chart.points();
    let unit = if flow.period == Period::Day { "days" } else { "weeks" };
    let guess = if points[0].first_guess { ", a first guess until there are twelve" } else { "" };
    let lowest = points.iter().map(|point| point.limits.lower).fold(f64::INFINITY, f64::min);
    let floor = match flow.period {
        _ if lowest <= 0.0 => {
            " The lower limit is zero, so only seven in a row below the usual show a fall.".to_owned()
        }
        Period::Week => format!(" Fewer than {lowest:.1} are below the lower limit."),
        Period::Day => " Each day is compared with the same day of the week.".to_owned(),
    };
    format!("Usual: {mean:.1} {}, from {baseline} {unit}{guess}.{floor}", each(flow.period))
}

fn chart(flow: &FlowPicture, from: CalendarDay) -> Html {
    let shown = flow.starts.partition_point(|start| *start < from);
    let name = |start: &CalendarDay| start.date().strftime("%-d %b").to_string();
    let points: Vec<Point> = flow.starts[shown..]
        .iter()
        .zip(&flow.counts[shown..])
        .map(|(start, count)| Point::new(name(start), *count as f64))
        .collect();
    let period = if flow.period == Period::Day { "day" } else { "week" };
    let title = format!("{} by {period}", flow.flow.label());
    let mut chart = LineChart::default()
        .id(format!("flow-{}", flow.flow.code().replace('_', "-")))
        .title(title)
        .unit("Counted")
        .points(points);
    if let Some(judged) = &flow.judged {
        let judged_points = &judged.chart.points()[shown..];
        let marked: Vec<usize> = judged_points
            .iter()
            .enumerate()
            .filter(|(_, point)| point.signal().is_some())
            .map(|(at, _)| at)
            .collect();
        let limits: Vec<(f64, f64)> =
            judged_points.iter().map(|point| (point.limits.lower.max(0.0), point.limits.upper)).collect();
        let centres: f64 = judged_points.iter().map(|point| point.limits.centre).sum();
        let said = if marked.is_empty() {
            "Within the limits all the time."
        } else {
            "Ringed points are unlikely to be chance."
        };
        chart = chart
            .description(said)
            .mean(Some(centres / judged_points.len().max(1) as f64))
            .point_limits(limits)
            .marked(marked);
    }
    chart.into()
}
