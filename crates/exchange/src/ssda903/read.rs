//! Reads the rows of one table into facts the checks can judge, before anything is decided about them.
use std::collections::HashMap;

use cf_kernel::CalendarDay;

use super::rows::{AbsenceKind, AbsencePeriod, CareEpisode, EpisodeRow, HeaderRow, MissingRow};
use super::tables::Layout;
use crate::cells::Cells;
use crate::codes::{Coded, EthnicityScheme, Sex, ethnicity};
use crate::dates::{DateForm, DateProblem, day_first, read_day};
use crate::headers::Headers;
use crate::outcome::{RowNotes, shape_findings};
use crate::rows::Rows;
use crate::source::ReadError;

/// A date as a rule sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateCell {
    Blank,
    Unreadable(DateProblem),
    Day(CalendarDay),
}

impl DateCell {
    pub(crate) const fn day(self) -> Option<CalendarDay> {
        match self {
            Self::Day(day) => Some(day),
            _ => None,
        }
    }
}

/// A row on its way: `facts` is empty when the row is damaged, and no rule then speaks about it.
pub(crate) struct Line<F> {
    pub(crate) line: u64,
    pub(crate) source: Cells,
    pub(crate) notes: RowNotes,
    pub(crate) facts: Option<F>,
}

/// A row of the Missing table as the rules see it: capitals, no spaces around.
pub(crate) struct MissingFacts {
    pub(crate) child: String,
    pub(crate) dob: DateCell,
    pub(crate) kind: String,
    pub(crate) start: DateCell,
    pub(crate) end: DateCell,
}

pub(crate) struct HeaderFacts {
    pub(crate) child: String,
    pub(crate) sex: String,
    pub(crate) dob: DateCell,
    pub(crate) ethnic: String,
    pub(crate) upn: String,
    mother: String,
    mothers_child_dob: DateCell,
}

pub(crate) struct EpisodeFacts {
    pub(crate) child: String,
    pub(crate) decom: DateCell,
    pub(crate) dec: DateCell,
    pub(crate) rec: String,
    rne: String,
    ls: String,
    cin: String,
    place: String,
    provider: String,
    reason_place_change: String,
    home_post: String,
    pl_post: String,
    urn: String,
}

/// One row's cells by column, and what is noted while they are read.
pub(crate) struct RowReader<'r> {
    layout: &'r Layout,
    cells: &'r Cells,
    notes: &'r mut RowNotes,
}

impl RowReader<'_> {
    /// Capitals without spaces around, as the open validator reads; what that changes is a repair.
    fn text(&mut self, column: &'static str) -> String {
        let cell = self.layout.place(column).and_then(|place| self.cells.get(place)).unwrap_or_default();
        let text = self.notes.trimmed(column, cell);
        let capitals = text.to_uppercase();
        if capitals != text {
            self.notes.repair("CF-CASE", column, cell, &capitals);
        }
        capitals
    }

    fn date(&mut self, column: &'static str) -> DateCell {
        let cell = self.layout.place(column).and_then(|place| self.cells.get(place)).unwrap_or_default();
        let text = self.notes.trimmed(column, cell);
        if text.is_empty() {
            return DateCell::Blank;
        }
        match read_day(text) {
            Ok((day, form)) => {
                if form != DateForm::DayFirst || text.len() > 10 {
                    self.notes.repair("CF-DATE-FORM", column, cell, &day_first(day));
                }
                DateCell::Day(day)
            }
            Err(problem) => DateCell::Unreadable(problem),
        }
    }

    /// A date no official rule speaks about.
    fn other_date(&mut self, column: &'static str) -> DateCell {
        let date = self.date(column);
        if let DateCell::Unreadable(problem) = date {
            self.notes.find("CF-DATE", &[column], format!("{column} {problem}"));
        }
        date
    }

    fn child(&mut self) -> String {
        let child = self.text("CHILD");
        if child.is_empty() {
            self.notes.find("CF-CHILD", &["CHILD"], "the row has no child identifier");
        }
        child
    }
}

pub(crate) fn missing_facts(row: &mut RowReader<'_>) -> MissingFacts {
    MissingFacts {
        child: row.child(),
        dob: row.other_date("DOB"),
        kind: row.text("MISSING"),
        start: row.date("MIS_START"),
        end: row.date("MIS_END"),
    }
}

pub(crate) fn header_facts(row: &mut RowReader<'_>) -> HeaderFacts {
    HeaderFacts {
        child: row.child(),
        sex: row.text("SEX"),
        dob: row.date("DOB"),
        ethnic: row.text("ETHNIC"),
        upn: row.text("UPN"),
        mother: row.text("MOTHER"),
        mothers_child_dob: row.other_date("MC_DOB"),
    }
}

pub(crate) fn episode_facts(row: &mut RowReader<'_>) -> EpisodeFacts {
    let (child, decom, dec) = (row.child(), row.date("DECOM"), row.date("DEC"));
    match decom {
        DateCell::Day(_) => {}
        DateCell::Blank => row.notes.find("CF-DECOM", &["DECOM"], "the episode has no start date"),
        DateCell::Unreadable(problem) => row.notes.find("CF-DECOM", &["DECOM"], format!("DECOM {problem}")),
    }
    if let DateCell::Unreadable(problem) = dec {
        row.notes.find("CF-DEC", &["DEC"], format!("DEC {problem}"));
    }
    EpisodeFacts {
        child,
        decom,
        dec,
        rec: row.text("REC"),
        rne: row.text("RNE"),
        ls: row.text("LS"),
        cin: row.text("CIN"),
        place: row.text("PLACE"),
        provider: row.text("PLACE_PROVIDER"),
        reason_place_change: row.text("REASON_PLACE_CHANGE"),
        home_post: row.text("HOME_POST"),
        pl_post: row.text("PL_POST"),
        urn: row.text("URN"),
    }
}

/// All rows of a table. A damaged row, and a row exactly like an earlier one, get no facts.
pub(crate) fn read_lines<F>(
    rows: &mut Rows<&[u8]>,
    layout: &Layout,
    headers: &Headers,
    facts: fn(&mut RowReader<'_>) -> F,
) -> Result<Vec<Line<F>>, ReadError> {
    let mut lines = Vec::new();
    let mut seen: HashMap<Cells, u64> = HashMap::new();
    while let Some(row) = rows.next_row()? {
        let mut notes = RowNotes::default();
        shape_findings(&row, headers.len(), &mut notes);
        let damaged = notes.findings.iter().any(|finding| finding.rule != "CF-EXTRA");
        let earlier = if damaged { None } else { seen.get(&row.cells).copied() };
        if let Some(earlier) = earlier {
            notes.find("CF-DUPLICATE", &[], format!("exactly the same as line {earlier}"));
        } else if !damaged {
            seen.insert(row.cells.clone(), row.line);
        }
        let facts = (!damaged && earlier.is_none())
            .then(|| facts(&mut RowReader { layout, cells: &row.cells, notes: &mut notes }));
        lines.push(Line { line: row.line, source: row.cells, notes, facts });
    }
    Ok(lines)
}

impl MissingFacts {
    /// The typed row, if it can be one.
    pub(crate) fn typed(&self, line: u64) -> Option<MissingRow> {
        let kind = match self.kind.as_str() {
            "M" => AbsenceKind::Missing,
            "A" => AbsenceKind::Away,
            _ => return None,
        };
        let end = match self.end {
            DateCell::Blank => None,
            DateCell::Day(day) => Some(day),
            DateCell::Unreadable(_) => return None,
        };
        let period = AbsencePeriod { kind, start: self.start.day()?, end, line };
        Some(MissingRow { child: self.child.clone(), dob: self.dob.day(), period })
    }
}

impl HeaderFacts {
    pub(crate) fn typed(&self) -> HeaderRow {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let sex = known(&self.sex).map(|raw| match raw.as_str() {
            "1" | "M" => Coded::Known(Sex::Male),
            "2" | "F" => Coded::Known(Sex::Female),
            "U" => Coded::Known(Sex::NotKnown),
            _ => Coded::Raw(raw),
        });
        let ethnicity = known(&self.ethnic)
            .map(|raw| ethnicity(EthnicityScheme::Education, &raw).map_or(Coded::Raw(raw), Coded::Known));
        HeaderRow {
            child: self.child.clone(),
            sex,
            dob: self.dob.day(),
            ethnicity,
            upn: known(&self.upn),
            mother: known(&self.mother),
            mothers_child_dob: self.mothers_child_dob.day(),
        }
    }
}

impl EpisodeFacts {
    pub(crate) fn typed(&self, line: u64) -> Option<EpisodeRow> {
        let episode = CareEpisode {
            line,
            start: self.decom.day()?,
            end: self.dec.day(),
            reason_began: self.rne.clone(),
            legal_status: self.ls.clone(),
            category_of_need: self.cin.clone(),
            placement: self.place.clone(),
            provider: self.provider.clone(),
            reason_ended: self.rec.clone(),
            reason_placement_changed: self.reason_place_change.clone(),
            home_postcode: self.home_post.clone(),
            placement_postcode: self.pl_post.clone(),
            provider_urn: self.urn.clone(),
        };
        Some(EpisodeRow { child: self.child.clone(), episode })
    }
}
