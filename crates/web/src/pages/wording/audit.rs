//! The wording audit: rates with their intervals and samples, a control chart, and the texts for those who may read them.
use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use cf_access::{Action, Resource};
use cf_app::Problem;
use cf_app::wording::audit::{AuditView, FEWEST, Group, MonthPoint, Rate, month_of};
use cf_components::{Button, Cell, Html, PageLink, Pagination, Select, SelectItem, Table};
use cf_components::{LineChart, Point};
use cf_measures::Signal;
use cf_store::{WhichEntries, WordingPlace, WordingRow};
use cf_wording::Category;
use serde::Deserialize;

use super::{category_words, quoted};
use crate::markup::{ask, h1, h2, link, link_about, p};
use crate::pages::problem_page::PageProblem;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

/// How far back, in months: code and words.
const BACK: [(i64, &str); 3] =
    [(12, "The last 12 months"), (24, "The last 24 months"), (3, "The last 3 months")];
/// December 9999, in months since year 0.
const LAST_MONTH: i64 = 9999 * 12 + 11;
/// Entries on the page of texts.
const SHOWN: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    months: String,
    month: String,
    category: String,
    page: i64,
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let back = asked
        .months
        .parse()
        .ok()
        .filter(|months| BACK.iter().any(|(known, _)| known == months))
        .unwrap_or(12);
    let now = month_of(web.app.now());
    let view = web.app.wording_audit(&who.caller, now - back + 1, now).await;
    let view = view.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let texts = web.app.may(&who.caller, Action::ReadAuditedTexts, &Resource::desk());
    let alarms = web.app.wording_false_alarms(&who.caller).await;
    let alarms = alarms.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let body = Html::join([
        h1("Wording audit"),
        p(
            "How many entries hold words that may put blame on a child, of all entries with narrative. Every entry is checked \
           when it is recorded. Words that somebody kept by decision count as well, until a supervisor calls them a false \
           alarm. No person is listed here.",
        ),
        period(back),
        whole(&view),
        chart(&view, texts),
        groups("By the writers’ team", &view.teams),
        groups("By the writers’ role", &view.roles),
        categories(&view, texts),
        false_alarms(&alarms, texts),
        p(format!(
            "Intervals are 95 % (Wilson). Groups of fewer than {FEWEST} entries are not shown, because in a small team a \
             rate points at a person; where one group would be left out, the next smallest is left out too. \
             Rules {}.",
            web.app.wording_rules().version()
        )),
    ]);
    Ok(Shell::new(&web, &who, "/queue", "Wording audit").wide().show(body))
}

fn period(back: i64) -> Html {
    let items: Vec<SelectItem> =
        BACK.iter().map(|(months, words)| SelectItem::new(months.to_string(), *words)).collect();
    let select = Select::new("months", "Period", items).value(back.to_string());
    let fields = Html::join([select.into(), Button::submit("Show").secondary().into()]);
    ask("/wording/audit", "cf-filter-row", fields)
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// `4.2 (3.1 to 5.6)`.
fn with_interval(rate: Rate) -> String {
    match (rate.per_100(), rate.interval()) {
        (Some(value), Some((low, high))) => {
            format!("{} ({} to {})", number(value), number(low), number(high))
        }
        _ => "no entries".to_owned(),
    }
}

const RATE_HEAD: [&str; 4] =
    ["Entries checked", "With blame", "For 100 entries (95 % interval)", "Kept by decision"];

fn rate_cells(rate: Rate) -> [Cell; 4] {
    [
        Cell::number(rate.checked),
        Cell::number(rate.blaming),
        Cell::from(with_interval(rate)).format("numeric"),
        Cell::number(rate.kept),
    ]
}

fn head(first: &str) -> Vec<Cell> {
    let numbers = RATE_HEAD.map(|words| Cell::from(words).format("numeric"));
    std::iter::once(Cell::from(first)).chain(numbers).collect()
}

fn whole(view: &AuditView) -> Html {
    let row = |name: &str, rate: Rate| {
        std::iter::once(Cell::from(name)).chain(rate_cells(rate)).collect::<Vec<_>>()
    };
    let table = Table::new("All entries of the period", head("Origin"))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true)
        .row(row("Written here", view.written))
        .row(row("Imported", view.imported));
    let left_out = match view.false_alarms {
        0 => Html::default(),
        1 => p(
            "Of the entries checked, 1 does not count as blame: a supervisor called what was found in it a false alarm.",
        ),
        many => p(format!(
            "Of the entries checked, {many} do not count as blame: supervisors called all that was found in them false alarms."
        )),
    };
    Html::join([h2("All entries"), table.stacked().into(), left_out])
}

fn month_words(month: i64) -> String {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = usize::try_from(month.rem_euclid(12)).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or("");
    format!("{name} {}", month.div_euclid(12))
}

fn signal_words(signal: Option<Signal>) -> &'static str {
    match signal {
        Some(Signal::Outside) => "Outside the limits",
        Some(Signal::Trend) => "Part of a rise or fall",
        Some(Signal::NearLimit) => "Two of three near one limit",
        Some(Signal::Run) => "Part of a run on one side of the mean",
        None => "Usual variation",
    }
}

fn chart(view: &AuditView, texts: bool) -> Html {
    let title = "Entries with blame, for 100 written here, by month";
    let shown = |point: &MonthPoint| (point.rate.checked >= FEWEST).then(|| point.rate.per_100()).flatten();
    let points: Vec<Point> =
        view.chart.iter().map(|point| Point::new(month_words(point.month), shown(point))).collect();
    let marked: Vec<usize> =
        view.chart.iter().enumerate().filter(|(_, point)| point.signal.is_some()).map(|(at, _)| at).collect();
    let description = if view.chart.len() < 12 {
        "With fewer than 12 months the limits are a first guess."
    } else if marked.is_empty() {
        "Within the limits every month: the same causes are at work throughout."
    } else {
        "Marked months are unlikely to be chance. Ask what was different."
    };
    let drawing = LineChart::default()
        .id("by-month")
        .title(title)
        .description(description)
        .unit("For 100 entries")
        .points(points)
        .mean(view.written.per_100())
        .point_limits(view.chart.iter().map(|point| point.limits).collect::<Vec<_>>())
        .marked(marked);
    let columns = ["Process limits", "What it says"].map(Cell::from);
    let mut table = Table::new("Months", head("Month").into_iter().chain(columns).collect::<Vec<_>>())
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for point in &view.chart {
        let name = month_words(point.month);
        let first = if texts && point.rate.blaming > 0 {
            Cell::from(link_about(&format!("/wording/audit/texts?month={}", point.month), &name, "texts"))
        } else {
            Cell::from(name)
        };
        let limits = match view.chart.len() {
            1 => "none yet".to_owned(),
            _ => format!("{} to {}", number(point.limits.0), number(point.limits.1)),
        };
        let rest = [Cell::from(limits), Cell::from(signal_words(point.signal))];
        let cells = match shown(point) {
            Some(_) => rate_cells(point.rate).into_iter().chain(rest).collect::<Vec<_>>(),
            None => ["too few", "", "", "", "", ""].map(Cell::from).to_vec(),
        };
        table = table.row(std::iter::once(first).chain(cells).collect::<Vec<_>>());
    }
    let drawing = if view.chart.len() > 1 {
        drawing.into()
    } else {
        p("A month alone has nothing to be compared with: the chart begins with the second.")
    };
    Html::join([h2("Over time"), drawing, table.stacked().into()])
}

fn groups(title: &str, groups: &[Group]) -> Html {
    let mut table =
        Table::new(title, head("Group")).caption_classes("govuk-visually-hidden").first_cell_is_header(true);
    for group in groups {
        let cells = match group.rate {
            Some(rate) => rate_cells(rate).to_vec(),
            None => ["too few to show", "", "", ""].map(Cell::from).to_vec(),
        };
        table = table.row(std::iter::once(Cell::from(group.name.as_str())).chain(cells).collect::<Vec<_>>());
    }
    Html::join([
        h2(title),
        if groups.is_empty() { p("No entries in this period.") } else { table.stacked().into() },
    ])
}

fn categories(view: &AuditView, texts: bool) -> Html {
    let head =
        ["Category", "Written here", "For 100 entries (95 % interval)", "Imported", "Read"].map(Cell::from);
    let mut table =
        Table::new("By category", head).caption_classes("govuk-visually-hidden").first_cell_is_header(true);
    for ((category, rate), (_, imported)) in view.categories.iter().zip(&view.imported_categories) {
        let words = category_words(*category);
        let read = if texts && rate.blaming + imported.blaming > 0 {
            Cell::from(link_about(
                &format!("/wording/audit/texts?category={}", category.name()),
                "Texts",
                words,
            ))
        } else {
            Cell::from("")
        };
        table = table.row([
            Cell::from(link(&format!("/wording/guide/{}", category.name()), words)),
            Cell::number(rate.blaming),
            Cell::from(with_interval(*rate)),
            Cell::number(imported.blaming),
            read,
        ]);
    }
    Html::join([h2("By category"), table.stacked().into()])
}

/// Rules that supervisors say were wrong, with how often: what to mend in the rules file.
fn false_alarms(rows: &[WordingRow], texts: bool) -> Html {
    let mut parts = vec![h2(format!("False alarms: {}", rows.len()))];
    if rows.is_empty() {
        parts.push(p("No supervisor has called a finding a false alarm."));
        return Html::join(parts);
    }
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rows.iter().filter_map(|row| row.rule.as_deref()) {
        *times.entry(rule).or_default() += 1;
    }
    let mut table = Table::new("False alarms by rule", ["Rule", "Called a false alarm"].map(Cell::from))
        .caption_classes("govuk-visually-hidden")
        .first_cell_is_header(true);
    for (rule, times) in times {
        table = table.row([Cell::from(rule), Cell::number(times)]);
    }
    parts.push(table.into());
    parts.push(p("They are left out of the counts above, whenever they were called so."));
    if texts {
        parts.push(p(link(
            "/wording/audit/false-alarms",
            "Read the sentences, and make a draft of your own rules file",
        )));
    }
    Html::join(parts)
}

pub(super) async fn texts(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    let category = Category::from_name(&asked.category);
    if category.is_none() && !asked.category.is_empty() {
        return Err(PageProblem::to(&web, &who, Problem::NotFound));
    }
    let month = if asked.month.is_empty() { Some(0) } else { asked.month.parse().ok() };
    let Some(month) = month.filter(|month| (0..=LAST_MONTH).contains(month)) else {
        return Err(PageProblem::to(&web, &who, Problem::NotFound));
    };
    let page = asked.page.clamp(0, 10_000);
    let which = WhichEntries { month, category: asked.category.clone(), after: WordingPlace::START };
    let found = web.app.audited_entries(&who.caller, which, SHOWN, page * SHOWN as i64).await;
    let found = found.map_err(|problem| PageProblem::to(&web, &who, problem))?;
    let mut about: Vec<String> =
        category.map(|category| category_words(category).to_owned()).into_iter().collect();
    if month > 0 {
        about.push(month_words(month));
    }
    let title = if about.is_empty() {
        "Texts with blame".to_owned()
    } else {
        format!("Texts with blame: {}", about.join(", "))
    };
    let mut parts = vec![
        h1(title.as_str()),
        p("That you read these is noted in the access log, record by record. Newest first."),
    ];
    if found.entries.is_empty() {
        parts.push(p("There are none."));
    }
    let numbers = page as usize * SHOWN + 1..;
    for (number, entry) in numbers.zip(&found.entries) {
        // No role: where a group is too small to show, it would point at a person.
        parts.push(h2(format!("{number}. {}", entry.at)));
        if entry.found.is_empty() {
            parts.push(p("The rules in force now find nothing here any more, or the text was destroyed."));
        }
        for found in &entry.found {
            parts.push(quoted(&found.sentence));
            parts.push(p(format!("“{}”: {}", found.words, category_words(found.category))));
        }
        parts.push(p(link_about(&entry.path, "Open the record", &format!("of text {number}"))));
    }
    parts.push(turn(&asked, page, found.after.is_some()));
    let shell = Shell::new(&web, &who, "/queue", &title).back("/wording/audit", "Wording audit");
    Ok(shell.show(Html::join(parts)))
}

/// The pages before and after, of the same month and category.
fn turn(asked: &Asked, page: i64, more: bool) -> Html {
    let to = |page: i64, words: &str| {
        let Asked { month, category, .. } = asked;
        PageLink::to(format!("/wording/audit/texts?month={month}&category={category}&page={page}"))
            .content(words)
    };
    let mut pages = Pagination::default().landmark_label("Pages of texts");
    if page > 0 {
        pages = pages.previous(to(page - 1, "Newer texts"));
    }
    if more {
        pages = pages.next(to(page + 1, "Older texts"));
    }
    if page > 0 || more { pages.into() } else { Html::default() }
}
