//! The board: every open incident, most urgent first, up to date by itself, readable from three metres.
use axum::extract::{Query, State};
use axum::response::{Html as Answer, IntoResponse, Response};
use cf_access::Action;
use cf_casework::clocks::ClockId;
use cf_components::{
    Badge, Board, BoardCard, Button, Cell, Html, NotificationBadge, Select, SelectItem, Table, Urgency,
};
use cf_kernel::{CalendarDay, Grade, Timestamp};
use cf_store::{BoardFilter, BoardRow, Counts, DueClock};
use cf_timescales::ClockKey;
use serde::Deserialize;

use super::grade::Sourced as _;
use super::problem_page::PageProblem;
use crate::markup::{ask, div, h1, link, link_about, p, tag};
use crate::places::{borough_name, boroughs};
use crate::routes::{May, Routes};
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/board", Action::ViewBoard, page)
        .get("/board/part", Action::ViewBoard, part)
        .get("/board/wall", Action::ViewBoard, wall)
        .get("/board/wall/part", Action::ViewBoard, wall_part)
        .get("/mine", Action::ViewOwnWork, mine)
        .get("/mine/part", Action::ViewOwnWork, mine_part)
        // Says that something changed, not what.
        .get("/events", May::OwnSession, crate::live::events)
}

/// Incidents on one page of the board.
const ON_A_PAGE: i64 = 100;

/// What narrows the board.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    phase: String,
    #[serde(default)]
    grade: String,
    #[serde(default)]
    borough: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    overdue: String,
    #[serde(default)]
    page: i64,
    done: Option<String>,
}

impl Asked {
    pub(crate) fn filter(&self, who: &SignedIn, now: Timestamp) -> BoardFilter {
        BoardFilter {
            phase: self.phase.clone(),
            grade: self.grade.clone(),
            borough: self.borough.clone(),
            owner: (self.owner == "me").then_some(who.caller.actor.user),
            overdue_at: (self.overdue == "yes").then_some(now),
            after: None,
        }
    }

    fn query(&self) -> String {
        let pairs = [
            ("phase", &self.phase),
            ("grade", &self.grade),
            ("borough", &self.borough),
            ("owner", &self.owner),
            ("overdue", &self.overdue),
        ];
        let known = pairs
            .iter()
            .filter(|(_, value)| value.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'));
        known.filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={value}&")).collect()
    }
}

async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let region = region(&web, &who, &asked).await?;
    let source = format!("/board/part?{}page={}", asked.query(), asked.page.max(0));
    let live = Html::trusted(format!(
        "<div data-live-region=\"board\" data-live-src=\"{}\">\n{region}</div>\n",
        Html::from(source)
    ));
    let body = Html::join([
        div("cf-heading-row", Html::join([h1("Open incidents"), p(link("/board/wall", "Wall board"))])),
        filters(&asked),
        live,
    ]);
    Ok(Shell::new(&web, &who, "/board", "Board").wide().done(asked.done.as_deref()).show(body))
}

async fn part(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    Ok(Answer(region(&web, &who, &asked).await?.to_string()).into_response())
}

async fn region(web: &Web, who: &SignedIn, asked: &Asked) -> Result<Html, PageProblem> {
    let now = web.app.now();
    let offset = asked.page.clamp(0, 1_000) * ON_A_PAGE;
    let found = web.app.board(&who.caller, &asked.filter(who, now), ON_A_PAGE + 1, offset).await;
    let (counts, mut rows) = found.map_err(|problem| PageProblem::to(web, who, problem))?;
    let more = rows.len() as i64 > ON_A_PAGE;
    rows.truncate(ON_A_PAGE as usize);
    let turn = |page: i64, words: &str| p(link(&format!("/board?{}page={page}", asked.query()), words));
    let mut parts = vec![summary(&counts), table(&rows, now)];
    if asked.page > 0 {
        parts.push(turn(asked.page - 1, "Earlier on the list"));
    }
    if more {
        parts.push(turn(asked.page + 1, "Later on the list"));
    }
    parts.push(p(format!("As at {now}.")));
    Ok(Html::join(parts))
}

fn summary(counts: &Counts) -> Html {
    let one = |count: i64, words: &str, href: &str| {
        let number = tag("span", "cf-figure__number", count.to_string());
        div("cf-figure", link(href, Html::join([number, tag("span", "cf-figure__words", words)])))
    };
    div(
        "cf-figures",
        Html::join([
            one(counts.missing, "missing", "/board?phase=missing"),
            one(counts.high, "graded high", "/board?phase=missing&grade=high"),
            one(counts.ungraded, "not graded yet", "/board?phase=missing&grade=none"),
            one(counts.back, "back, something owed", "/board?phase=back"),
            one(counts.overdue, "overdue", "/board?overdue=yes"),
        ]),
    )
}

fn filters(asked: &Asked) -> Html {
    let pick = |name: &str, label: &str, value: &str, items: Vec<(String, String)>| -> Html {
        let all = std::iter::once(SelectItem::new("", "All"));
        let items = all.chain(items.into_iter().map(|(code, words)| SelectItem::new(code, words)));
        Select::new(name, label, items.collect::<Vec<_>>()).value(value).into()
    };
    let own = |items: &[(&str, &str)]| {
        items.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect()
    };
    let grades = Grade::ALL.iter().rev().map(|grade| (grade.code().to_owned(), grade.label().to_owned()));
    let grades = grades.chain([("none".to_owned(), "Not graded".to_owned())]).collect();
    ask(
        "/board",
        "cf-filter-row",
        Html::join([
            pick("phase", "Where", &asked.phase, own(&[("missing", "Missing"), ("back", "Back")])),
            pick("grade", "Grade", &asked.grade, grades),
            pick("borough", "Borough", &asked.borough, boroughs()),
            pick("owner", "Held by", &asked.owner, own(&[("me", "Me")])),
            pick("overdue", "Due", &asked.overdue, own(&[("yes", "Overdue only")])),
            Button::submit("Show").secondary().into(),
            p(link("/board", "Show all")),
        ]),
    )
}

fn table(rows: &[BoardRow], now: Timestamp) -> Html {
    if rows.is_empty() {
        return p("No open incident fits. When a report is taken it appears here by itself.");
    }
    let mut table = Table::new(
        "Open incidents, most urgent first",
        ["Child", "Grade", "For", "Next due", "Held by", "Last action"].map(Cell::from),
    )
    .classes("cf-table--board")
    .caption_classes("govuk-visually-hidden")
    .first_cell_is_header(true);
    for row in rows {
        table = table.row([
            Cell::from(child_cell(row, now)),
            Cell::from(grade_cell(row)),
            Cell::from(elapsed_cell(row, now)),
            Cell::from(due_cell(row, now)),
            Cell::from(owner_cell(row)),
            Cell::from(Html::from(ago(now, row.last_action_at))),
        ]);
    }
    table.stacked().into()
}

/// The name with what tells this child from another, and what must be known first.
fn child_cell(row: &BoardRow, now: Timestamp) -> Html {
    let age = row
        .born_on
        .as_deref()
        .and_then(|day| day.parse::<CalendarDay>().ok())
        .and_then(|born| born.age_on(now.day()));
    let mut facts: Vec<String> = age.map(|age| format!("{age} years")).into_iter().collect();
    facts.extend(row.borough.as_deref().map(|code| borough_name(code).to_owned()));
    if row.looked_after == Some(true) {
        facts.push("looked after".to_owned());
    }
    let mut badges = Vec::new();
    if row.trigger_plan {
        badges.push(Badge::new("Trigger plan", Urgency::Now).into());
    }
    if row.warnings > 0 {
        badges.push(Badge::new("Warning", Urgency::Now).into());
    }
    Html::join([
        link(
            &format!("/incidents/{}", row.id()),
            if row.name.is_empty() { "Name not known" } else { row.name.as_str() },
        ),
        tag("span", "cf-quiet", facts.join(", ")),
        Html::join(badges),
    ])
}

/// The grade as a badge: always a word.
pub(crate) fn grade_badge(grade: Option<Grade>) -> Html {
    let (words, urgency) = match grade {
        None => ("Not graded", Urgency::Overdue),
        Some(Grade::High) => ("High", Urgency::Overdue),
        Some(Grade::Medium) => ("Medium", Urgency::Soon),
        Some(Grade::Low) => ("Low", Urgency::Calm),
        Some(Grade::VeryLow) => ("Very low", Urgency::Calm),
    };
    Badge::new(words, urgency).into()
}

fn grade_cell(row: &BoardRow) -> Html {
    let mut parts = vec![grade_badge(row.grade()), row.source_note()];
    if row.senior_look_owed {
        parts.push(tag("span", "cf-quiet", "below recommendation, inspector to look"));
    } else if row.look_owed {
        parts.push(tag("span", "cf-quiet", "not looked at yet"));
    }
    if row.regrade_owed {
        parts.push(tag("span", "cf-quiet", "grade again: facts have changed"));
    }
    Html::join(parts)
}

fn elapsed_cell(row: &BoardRow, now: Timestamp) -> Html {
    match row.returned_at {
        Some(returned) => Html::join([
            Badge::new("Back", Urgency::Calm).into(),
            tag("span", "cf-quiet", ago(now, returned)),
        ]),
        None => Html::from(elapsed(
            now.seconds_since(Timestamp::from_micros(row.last_seen_at.unwrap_or(row.reported_at))),
        )),
    }
}

fn due_cell(row: &BoardRow, now: Timestamp) -> Html {
    let Some(due) = row.next_due_at else { return Html::from("Nothing") };
    due_html(&next_due(row), Timestamp::from_micros(due), now)
}

/// The next thing due. The grade that comes next where one stands is not the first.
fn next_due(row: &BoardRow) -> String {
    match row.next_due.as_deref().and_then(ClockKey::from_code) {
        Some(ClockKey::FirstGrade) if row.regrade_owed => ClockId::grade_again().words(),
        Some(key) => ClockId::of(key).words(),
        None => String::new(),
    }
}

/// What is due and when; overdue in words and colour.
pub(crate) fn due_html(what: &str, due: Timestamp, now: Timestamp) -> Html {
    let left = due.seconds_since(now);
    let (word, urgency) = match left {
        ..=0 => (format!("Overdue {}", elapsed(-left)), Urgency::Overdue),
        1..=3_600 => (format!("In {}", elapsed(left)), Urgency::Now),
        _ => (format!("In {}", elapsed(left)), Urgency::Calm),
    };
    Html::join([Html::from(what), Html::from(" "), Badge::new(word, urgency).into()])
}

fn owner_cell(row: &BoardRow) -> Html {
    match &row.hand_over_name {
        Some(to) => Html::join([
            Html::from(&row.owner_name),
            tag("span", "cf-quiet", format!("handing over to {to}, not acknowledged")),
        ]),
        None => Html::from(&row.owner_name),
    }
}

/// `3 h 20 min`, `2 d 4 h`, `12 min`.
pub(crate) fn elapsed(seconds: i64) -> String {
    let minutes = seconds.max(0) / 60;
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2_880 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} d {} h", minutes / 1_440, minutes % 1_440 / 60),
    }
}

fn ago(now: Timestamp, micros: i64) -> String {
    format!("{} ago", elapsed(now.seconds_since(Timestamp::from_micros(micros))))
}

async fn wall(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    let cards = wall_cards(&web, &who).await?;
    let body = Html::trusted(format!(
        "<h1 class=\"govuk-visually-hidden\">Missing now</h1>\n<div data-live-region=\"wall\" data-live-src=\"/board/wall/part\">\n{cards}</div>\n"
    ));
    Ok(Shell::new(&web, &who, "/board", "Missing now").board().back("/board", "Board").show(body))
}

async fn wall_part(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    Ok(Answer(wall_cards(&web, &who).await?.to_string()).into_response())
}

async fn wall_cards(web: &Web, who: &SignedIn) -> Result<Html, PageProblem> {
    let filter = BoardFilter { phase: "missing".to_owned(), ..BoardFilter::default() };
    let found = web.app.board(&who.caller, &filter, 24, 0).await;
    let (_, rows) = found.map_err(|problem| PageProblem::to(web, who, problem))?;
    let now = web.app.now();
    Ok(Board::default()
        .cards(rows.iter().map(|row| card(row, now)).collect::<Vec<_>>())
        .empty("No child is missing.")
        .into())
}

fn card(row: &BoardRow, now: Timestamp) -> BoardCard {
    let overdue = row.next_due_at.is_some_and(|due| due <= now.micros());
    let urgency = match row.grade() {
        _ if overdue => Urgency::Overdue,
        None | Some(Grade::High) => Urgency::Now,
        Some(Grade::Medium) => Urgency::Soon,
        Some(_) => Urgency::Calm,
    };
    let when = row.next_due_at.map(|due| Timestamp::from_micros(due).local().strftime("%H:%M").to_string());
    let whose = if row.grade_source.is_some() { " (police extract)" } else { "" };
    let state = format!("{}{whose}", row.grade().map_or("Not graded", Grade::label));
    let last_seen = Timestamp::from_micros(row.last_seen_at.unwrap_or(row.reported_at));
    BoardCard::default()
        .who(row.name.as_str())
        .href(format!("/incidents/{}", row.id()))
        .state(format!("{state}, {}", elapsed(now.seconds_since(last_seen))))
        .urgency(urgency)
        .next(format!(
            "{} {}{}",
            next_due(row),
            if overdue { "was due " } else { "" },
            when.unwrap_or_default()
        ))
        .owner(row.owner_name.as_str())
}

async fn mine(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    let part = mine_region(&web, &who).await?;
    let body = Html::join([
        h1("What you owe, soonest first"),
        Html::trusted(format!(
            "<div data-live-region=\"mine\" data-live-src=\"/mine/part\">\n{part}</div>\n"
        )),
    ]);
    Ok(Shell::new(&web, &who, "/mine", "My work").show(body))
}

async fn mine_part(State(web): State<Web>, who: SignedIn) -> Result<Response, PageProblem> {
    Ok(Answer(mine_region(&web, &who).await?.to_string()).into_response())
}

async fn mine_region(web: &Web, who: &SignedIn) -> Result<Html, PageProblem> {
    let clocks =
        web.app.my_clocks(&who.caller).await.map_err(|problem| PageProblem::to(web, who, problem))?;
    if clocks.is_empty() {
        return Ok(p("Nothing waits for you. What is given to you appears here by itself."));
    }
    let what = if clocks.len() == 1 { "thing owed" } else { "things owed" };
    Ok(Html::join([
        Html::from(NotificationBadge::default().count(clocks.len() as u64).what(what)),
        clocks_table(&clocks, web.app.now()),
    ]))
}

/// Who hears of it next, and when.
pub(crate) fn hears_next(clock: &DueClock) -> String {
    let rung = cf_timescales::Rung::from_code(&clock.next_rung).map_or("", cf_timescales::Rung::label);
    format!("{rung}, {}", Timestamp::from_micros(clock.next_at))
}

/// Running clocks as a table, each leading to its record.
pub(crate) fn clocks_table(clocks: &[DueClock], now: Timestamp) -> Html {
    let mut table =
        Table::new("Running clocks", ["Child", "What", "Due", "Held by", "Hears of it next"].map(Cell::from))
            .caption_classes("govuk-visually-hidden")
            .first_cell_is_header(true);
    for clock in clocks {
        let what = clock.words();
        let (place, about) = match clock.kind.as_str() {
            "child" => ("children", "child"),
            "wording" => ("wording/matters", "wording"),
            "link" => ("links", "pair"),
            "flow" => ("flows/alarms", "flow of work"),
            _ => ("incidents", "incident"),
        };
        table = table.row([
            Cell::from(link_about(
                &format!("/{place}/{}", clock.stream),
                if clock.kind == "flow" { "No child: a flow of work" } else { &clock.child_name },
                &format!("{what}, on the {about}"),
            )),
            Cell::from(what),
            Cell::from(due_html("", Timestamp::from_micros(clock.due_at), now)),
            Cell::from(Html::from(&clock.owner_name)),
            Cell::from(hears_next(clock)),
        ]);
    }
    table.stacked().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_gone_by_is_said_in_two_parts() {
        for (seconds, words) in [
            (0, "0 min"),
            (59, "0 min"),
            (3_599, "59 min"),
            (12_000, "3 h 20 min"),
            (187_200, "2 d 4 h"),
            (-5, "0 min"),
        ] {
            assert_eq!(elapsed(seconds), words);
        }
    }
}
