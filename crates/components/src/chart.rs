//! Charts as drawings that need no script, each with a title, a description and the table behind it.
//!
//! Same input, same bytes: coordinates are whole tenths of a unit, and nothing comes from the machine.

use std::fmt::Write as _;

use crate::markup::{Component, Markup};
use crate::options::{options, printable};
use crate::{Cell, Details, Html, Table};

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// One value with its name. `None` is a value that is not known or may not be shown.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct Point {
    /// What it is a value of: `March`, `Camden`.
    pub name: String,
    /// The value; never drawn as zero when it is missing.
    pub value: Option<f64>,
}

impl Point {
    /// A value with its name.
    pub fn new(name: impl Into<String>, value: impl Into<Option<f64>>) -> Self {
        Self { name: name.into(), value: value.into().filter(|value| value.is_finite()) }
    }

    fn shown(&self) -> String {
        self.value.map_or_else(|| "not shown".to_owned(), |value| format!("{}", round(value)))
    }
}

options! {
    /// How often something happened, by day of the week and hour of the day.
    pub struct HourGrid {
        /// Id, unique on its page.
        pub id: String,
        /// What it shows.
        pub title: String,
        /// What to see in it, in a sentence.
        pub description: String,
        /// 7 rows from Monday, 24 counts each from midnight; `None` may not be shown.
        pub counts: Vec<Vec<Option<u32>>>,
    }
}

options! {
    /// Values side by side.
    pub struct BarChart {
        /// Id, unique on its page.
        pub id: String,
        /// What it shows.
        pub title: String,
        /// What to see in it, in a sentence.
        pub description: String,
        /// What is counted: heading of the values in the table.
        pub unit: String,
        /// The values.
        pub points: Vec<Point>,
    }
}

options! {
    /// Values over time, with the limits within which they are expected.
    pub struct LineChart {
        /// Id, unique on its page.
        pub id: String,
        /// What it shows.
        pub title: String,
        /// What to see in it, in a sentence.
        pub description: String,
        /// What is counted: heading of the values in the table.
        pub unit: String,
        /// The values, oldest first.
        pub points: Vec<Point>,
        /// The mean, drawn as a line.
        pub mean: Option<f64>,
        /// Lower and upper process limits, drawn dashed.
        pub limits: Option<(f64, f64)>,
        /// Limits that differ from point to point, in the order of the points: those of a proportion chart.
        pub point_limits: Vec<(f64, f64)>,
        /// Positions of points to mark although they lie within the limits: runs and trends.
        pub marked: Vec<usize>,
    }
}

printable!(HourGrid, BarChart, LineChart);

/// One decimal, without a minus before zero.
fn round(value: f64) -> f64 {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// Title and description of a drawing, then the drawing, then the table behind it.
fn write_figure(
    out: &mut Markup,
    (id, title, description): (&str, &str, &str),
    size: (f64, f64),
    drawing: String,
    table: Table,
) {
    let labels = format!("{id}-title {id}-description");
    out.open("figure").class(["cf-chart"]).attr("id", id).end();
    out.element("figcaption", "cf-chart__caption", &title.into());
    // On a phone the drawing keeps its size and is scrolled, by keyboard too.
    out.open("div").class(["cf-chart__scroll"]).attr("role", "group").attr("aria-label", title);
    out.attr("tabindex", "0").end();
    out.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("role", "img");
    out.attr("aria-labelledby", &labels).attr("viewBox", &format!("0 0 {} {}", size.0, size.1)).end();
    out.open("title").attr("id", &format!("{id}-title")).end().text(title).close("title");
    out.open("desc").attr("id", &format!("{id}-description")).end().text(description).close("desc");
    out.html(&Html::trusted(drawing)).close("svg").close("div");
    if !description.is_empty() {
        out.element("p", "cf-chart__note", &description.into());
    }
    out.add(&Details::new("Show as a table", Html::from(table))).close("figure");
}

impl Component for HourGrid {
    fn write(&self, out: &mut Markup) {
        let count = |day: usize, hour: usize| self.counts.get(day)?.get(hour).copied().flatten();
        let most = self.counts.iter().flatten().flatten().copied().max().unwrap_or(0);
        let mut drawing = String::new();
        let mut head = vec![Cell::from("Day")];
        head.extend((0..24).map(|hour| Cell::number(format!("{hour:02}"))));
        let mut table = Table::new(&self.title, head).first_cell_is_header(true).classes("cf-table--dense");
        for hour in (0..24).step_by(3) {
            let x = 42 + hour * 22;
            let _ = write!(drawing, "<text class=\"cf-chart__axis\" x=\"{x}\" y=\"12\">{hour:02}</text>");
        }
        for (day, name) in DAYS.iter().enumerate() {
            let y = 20 + day * 22;
            let short = &name[..3];
            let _ = write!(drawing, "<text class=\"cf-chart__axis\" x=\"2\" y=\"{}\">{short}</text>", y + 15);
            let mut row = vec![Cell::from(*name)];
            for hour in 0..24 {
                let x = 42 + hour * 22;
                let n = count(day, hour);
                let (shade, shown) = match n {
                    None => ("x".to_owned(), "not shown".to_owned()),
                    Some(n) => (shade(n, most).to_string(), n.to_string()),
                };
                let _ = write!(
                    drawing,
                    "<rect class=\"cf-shade-{shade}\" x=\"{x}\" y=\"{y}\" width=\"20\" height=\"20\">\
                     <title>{name} {hour:02}:00: {shown}</title></rect>"
                );
                row.push(Cell::number(shown));
            }
            table = table.row(row);
        }
        write_figure(out, (&self.id, &self.title, &self.description), (572.0, 176.0), drawing, table);
    }
}

/// Which of five shades: 0 for none, 4 for more than three quarters of the most.
fn shade(count: u32, most: u32) -> u32 {
    if count == 0 { 0 } else { (u64::from(count) * 4).div_ceil(u64::from(most.max(1))).min(4) as u32 }
}

/// The names of values and the values, for those who cannot or will not read a drawing.
fn points_table(title: &str, unit: &str, points: &[Point]) -> Table {
    let head = [Cell::from("Name"), Cell::from(unit).format("numeric")];
    points.iter().fold(Table::new(title, head).first_cell_is_header(true), |table, point| {
        table.row([Cell::from(&point.name), Cell::number(point.shown())])
    })
}

impl Component for BarChart {
    fn write(&self, out: &mut Markup) {
        let most = self.points.iter().filter_map(|point| point.value).fold(0.0, f64::max).max(1.0);
        let mut drawing = String::new();
        for (index, point) in self.points.iter().enumerate() {
            let y = 4 + index * 28;
            let width = round(point.value.unwrap_or(0.0).max(0.0) / most * 360.0);
            let name = Html::from(&point.name);
            let _ = write!(
                drawing,
                "<text class=\"cf-chart__name\" x=\"150\" y=\"{0}\">{name}</text>\
                 <rect class=\"cf-chart__bar\" x=\"158\" y=\"{y}\" width=\"{width}\" height=\"20\"/>\
                 <text class=\"cf-chart__value\" x=\"{1}\" y=\"{0}\">{2}</text>",
                y + 15,
                round(width + 164.0),
                point.shown()
            );
        }
        let height = (self.points.len() * 28 + 4) as f64;
        let table = points_table(&self.title, &self.unit, &self.points);
        write_figure(out, (&self.id, &self.title, &self.description), (600.0, height), drawing, table);
    }
}

impl Component for LineChart {
    fn write(&self, out: &mut Markup) {
        let (left, right, top, bottom) = (44.0, 590.0, 10.0, 180.0);
        let known = self.points.iter().filter_map(|point| point.value);
        let lines = self.mean.into_iter().chain(self.limits.map(|limits| limits.1));
        let lines = lines.chain(self.point_limits.iter().map(|limits| limits.1));
        let most = known.chain(lines).filter(|value| value.is_finite()).fold(1.0, f64::max);
        let across = |index: usize| {
            let steps = self.points.len().saturating_sub(1).max(1) as f64;
            round(left + (right - left) * index as f64 / steps)
        };
        let up = |value: f64| round(bottom - (bottom - top) * (value.max(0.0) / most));
        let mut drawing = String::new();
        let mut line = |class: &str, value: f64| {
            let y = up(value);
            let _ = write!(
                drawing,
                "<line class=\"{class}\" x1=\"{left}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\"/>\
                 <text class=\"cf-chart__axis\" x=\"2\" y=\"{}\">{}</text>",
                y + 4.0,
                round(value)
            );
        };
        line("cf-chart__base", 0.0);
        if let Some(mean) = self.mean {
            line("cf-chart__mean", mean);
        }
        if let Some((lower, upper)) = self.limits {
            line("cf-chart__limit", lower.max(0.0));
            line("cf-chart__limit", upper);
        }
        for bound in [|limits: &(f64, f64)| limits.0.max(0.0), |limits: &(f64, f64)| limits.1] {
            let steps = self.point_limits.iter().enumerate().map(|(index, limits)| {
                let pen = if index == 0 { 'M' } else { 'L' };
                format!("{pen}{} {}", across(index), up(bound(limits)))
            });
            let path: String = steps.collect();
            if !path.is_empty() {
                let _ =
                    write!(drawing, "<path class=\"cf-chart__limit cf-chart__limit--path\" d=\"{path}\"/>");
            }
        }
        // A value that is missing breaks the line: joining its neighbours would invent it.
        let mut path = String::new();
        let mut dots = String::new();
        let mut pen_down = false;
        for (index, point) in self.points.iter().enumerate() {
            if let Some(value) = point.value {
                let (x, y) = (across(index), up(value));
                let _ = write!(path, "{}{x} {y}", if pen_down { "L" } else { "M" });
                let limits = self.point_limits.get(index).copied().or(self.limits);
                let outside = limits.is_some_and(|(low, high)| value < low || value > high)
                    || self.marked.contains(&index);
                let class = if outside { "cf-chart__dot cf-chart__dot--outside" } else { "cf-chart__dot" };
                let name = Html::from(&point.name);
                let _ = write!(
                    dots,
                    "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{}\"><title>{name}: {}</title></circle>",
                    if outside { 6 } else { 3 },
                    point.shown()
                );
            }
            pen_down = point.value.is_some();
        }
        let _ = write!(drawing, "<path class=\"cf-chart__line\" d=\"{path}\"/>{dots}");
        if let (Some(first), Some(last)) = (self.points.first(), self.points.last()) {
            let _ = write!(
                drawing,
                "<text class=\"cf-chart__axis\" x=\"{left}\" y=\"198\">{}</text>\
                 <text class=\"cf-chart__name\" x=\"{right}\" y=\"198\">{}</text>",
                Html::from(&first.name),
                Html::from(&last.name)
            );
        }
        let table = points_table(&self.title, &self.unit, &self.points);
        write_figure(out, (&self.id, &self.title, &self.description), (600.0, 204.0), drawing, table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suppressed_value_is_neither_zero_nor_joined_over() {
        let points = [Point::new("Jan", 4.0), Point::new("Feb", None), Point::new("Mar", 6.0)];
        let html = LineChart::default().id("c").title("t").points(points).to_html().to_string();
        assert!(html.contains("not shown"), "{html}");
        assert_eq!(html.matches("<circle").count(), 2);
        let path = html.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!((path.matches('M').count(), path.matches('L').count()), (2, 0), "{path}");
    }

    #[test]
    fn a_grid_has_a_cell_and_a_table_entry_for_every_hour_of_the_week() {
        let html =
            HourGrid::default().id("g").title("t").counts(vec![vec![Some(3); 24]; 7]).to_html().to_string();
        assert_eq!(html.matches("<rect").count(), 168);
        assert_eq!(html.matches("govuk-table__cell--numeric").count(), 168);
        assert!(html.contains("<title id=\"g-title\">t</title>"));
    }

    #[test]
    fn shades_follow_the_counts() {
        assert_eq!([shade(0, 8), shade(1, 8), shade(2, 8), shade(3, 8), shade(8, 8)], [0, 1, 1, 2, 4]);
        assert_eq!(shade(u32::MAX, u32::MAX), 4);
    }

    #[test]
    fn names_are_escaped_and_odd_numbers_draw_nothing_strange() {
        let points = [Point::new("<b>", f64::NAN), Point::new("x", f64::INFINITY), Point::new("y", -3.0)];
        for html in [
            BarChart::default().id("b").points(points.clone()).to_html(),
            LineChart::default().id("l").points(points).limits((f64::MIN, f64::MAX)).to_html(),
        ] {
            assert!(!html.as_str().contains("<b>") && !html.as_str().contains("NaN"), "{html}");
        }
    }
}
