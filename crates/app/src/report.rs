//! Taking a report while the caller speaks.
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::child::{self, CarePlan, Children, Identity};
use cf_casework::missing::command::{Act, Answer, Command, MissingFrom, Report, Reporter};
use cf_casework::missing::{self, Missing};
use cf_kernel::{CalendarDay, ChildId, CommandId, Decider as _, FileId, IncidentId, Private, Timestamp};
use cf_store::SearchFor;

use crate::load::Loaded;
use crate::matching::Heard;
use crate::{App, Caller, FieldProblem, Problem};

/// The longest text one field may hold, in characters.
pub const LONGEST_TEXT: usize = 20_000;

/// Which child a report is about: a person decides, the match only suggests.
#[derive(Debug, Clone)]
pub enum Who {
    /// A child already known.
    Known(ChildId),
    /// A child not known so far.
    New(Box<Identity>, CarePlan),
}

/// A report, as the desk took it.
#[derive(Debug, Clone)]
pub struct ReportForm {
    /// The child.
    pub who: Who,
    /// When the child was last seen, as told.
    pub last_seen_at: Timestamp,
    /// Whether that is a guess.
    pub last_seen_approximate: bool,
    /// Where, and by whom.
    pub last_seen: String,
    /// What happened, and why the caller is worried.
    pub circumstances: String,
    /// What has been tried.
    pub already_tried: String,
    /// Description and clothing.
    pub description: String,
    /// Who calls.
    pub reporter: Reporter,
    /// Borough by ONS code.
    pub borough: Option<String>,
    /// Where missing from.
    pub missing_from: MissingFrom,
    /// Answers to the risk questions.
    pub answers: Vec<Answer>,
}

impl App {
    /// Takes a report: registers the child if new, opens the incident, starts its clocks. One transaction.
    ///
    /// The incident's id follows from the command's, so that the same report sent twice is one incident.
    ///
    /// # Errors
    /// `may_be_known` while a child who very likely is the one is neither chosen nor set aside; and what
    /// [`App::take_report_as_told`] gives.
    #[boxed]
    pub async fn take_report(
        &self,
        caller: &Caller,
        command: CommandId,
        form: ReportForm,
    ) -> Result<IncidentId, Problem> {
        let desk = Resource::desk();
        if let Who::New(identity, _) = &form.who
            && self.may(caller, Action::TakeReport, &desk)
            && !self.store.command_done(command).await?
        {
            let waiting = self.unanswered(caller, &Heard::of(identity, command)).await?;
            if !waiting.is_empty() {
                return Err(Problem::MayBeKnown(waiting));
            }
        }
        self.take_report_as_told(caller, command, form).await
    }

    /// The same for an invented past, whose people cannot be asked who a child is.
    ///
    /// # Errors
    /// `already_missing` when the child has an open incident with the child still missing; fields that cannot be
    /// used; a refusal; a denial.
    #[boxed]
    pub async fn take_report_as_told(
        &self,
        caller: &Caller,
        command: CommandId,
        form: ReportForm,
    ) -> Result<IncidentId, Problem> {
        let incident = IncidentId::from_uuid(command.uuid());
        self.authorise(caller, Action::TakeReport, &Resource::desk(), &[incident.into()]).await?;
        if self.store.command_done(command).await? {
            return Ok(incident);
        }
        check_texts(&form)?;
        self.check_answers(&form.answers)?;
        let now = self.now();
        let rules = Arc::clone(&self.timescales);
        let (mut streams, mut absent) = (Vec::new(), Vec::new());
        let child = match form.who {
            Who::Known(child) => {
                self.not_missing_already(child).await?;
                absent.push(cf_store::not_missing(child));
                child
            }
            Who::New(identity, care) => {
                // Derived, so that a report sent twice registers one child.
                let child = crate::matching::child_begun_by(command);
                let loaded = Loaded::<Children>::new(child.into());
                let act = child::Act::Register { identity: Private::Known(*identity), care, source: None };
                let command =
                    child::Command { by: caller.actor.clone(), now, rules: Arc::clone(&rules), act };
                let events =
                    Children::decide(&loaded.state, command).map_err(|refusal| Problem::refused(&refusal))?;
                streams.push(loaded.grow(child.into(), &events, child::Event::occurred_at, now)?);
                child
            }
        };
        let known = self.known_about(child, streams.is_empty(), now).await?;
        let recommended = self.evaluate(&form.answers, &known)?.evaluation.recommended;
        let report = Report {
            child,
            reported_at: now,
            last_seen_at: form.last_seen_at,
            last_seen_approximate: form.last_seen_approximate,
            last_seen: form.last_seen.into(),
            circumstances: form.circumstances.into(),
            already_tried: form.already_tried.into(),
            description: form.description.into(),
            reporter: form.reporter.into(),
            borough: form.borough,
            missing_from: form.missing_from,
            answers: form.answers.into(),
            recommended,
        };
        let loaded = Loaded::<Missing>::new(incident.into());
        let act = Act::Report(Box::new(report));
        let events = Missing::decide(&loaded.state, Command { by: caller.actor.clone(), now, rules, act })
            .map_err(|refusal| Problem::refused(&refusal))?;
        streams.push(loaded.grow(FileId::from(child), &events, missing::Event::occurred_at, now)?);
        let known = !absent.is_empty();
        match self.record_unless(caller, command, now, streams, absent).await {
            // Somebody else's report of this child came first, between the look above and the write.
            Err(Problem::Conflict) if known => {
                self.not_missing_already(child).await?;
                Err(Problem::Conflict)
            }
            done => done.map(|_| incident),
        }
    }

    async fn not_missing_already(&self, child: ChildId) -> Result<(), Problem> {
        if self.store.child_row(child).await?.is_none() {
            return Err(Problem::invalid("child", "Choose the child again: this record is not there."));
        }
        let mut open = self.store.open_incidents_of(child).await?;
        for other in self.same_child(child).await? {
            open.extend(self.store.open_incidents_of(other).await?);
        }
        if open.iter().any(|incident| incident.phase == "missing") {
            return Err(Problem::Refused {
                code: "already_missing",
                message: "this child is already reported missing".into(),
                next_step: "Open the incident and add what the caller says.",
            });
        }
        Ok(())
    }

    /// Children who may be the one the caller means. Logged as a consultation of each record shown.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn search(
        &self,
        caller: &Caller,
        asked: &SearchFor,
        limit: usize,
    ) -> Result<SearchFound, Problem> {
        let found =
            if asked.is_empty() { Vec::new() } else { self.store.search_children(asked, limit).await? };
        let records: Vec<_> = found.iter().map(|found| found.child.id().into()).collect();
        self.authorise(caller, Action::SearchChildren, &Resource::desk(), &records).await?;
        let opens = self.may(caller, Action::ViewChild, &Resource::child(true));
        let (children, closed): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|found| opens || !found.child.restricted);
        let closed = closed.iter().map(|found| found.child.id()).collect();
        Ok(SearchFound { children, hidden: self.hidden(caller, closed).await? })
    }
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchFound {
    /// Children who may be the one, likeliest first.
    pub children: Vec<cf_store::Match>,
    /// Restricted records that fit and are not open to whoever asks: that they are there, and whom to ask.
    pub hidden: crate::matching::Hidden,
}

/// A report later than this is nearly always a slip of the month or the year; a true one costs its taker one tick.
/// Ours, from what a slip makes: no source sets one.
pub const LONG_AGO_DAYS: i64 = 28;
/// From this age on somebody is no child.
///
/// SOURCE: Children Act 1989, s.105(1). That somebody of whom it is in doubt is taken for a child is ours, in the spirit of
/// Modern Slavery Act 2015, s.51, which says so of people who may be victims of trafficking.
pub const ADULT_FROM: u8 = 18;

/// Why a last sighting cannot be recorded: it is still to come.
#[must_use]
pub fn check_last_seen(at: Timestamp, now: Timestamp) -> Option<String> {
    (at > now).then(|| {
        format!("The child was last seen at {at}, which has not come yet. Check the day and the time.")
    })
}

/// Whether a last sighting is so long ago that the person who takes the report says it is right.
#[must_use]
pub fn long_ago(at: Timestamp, now: Timestamp) -> bool {
    at < now.plus_hours(-24 * LONG_AGO_DAYS)
}

/// Why nobody born on this day can be the child a report registers: born after the last sighting, or an adult by then.
///
/// Not asked of a child who is known: the record may be wrong, is corrected there, and must not hold up a report.
#[must_use]
pub fn check_born(born: CalendarDay, last_seen: CalendarDay) -> Option<String> {
    match born.age_on(last_seen) {
        None => Some(format!("Date of birth: {} is after the child was last seen. Check both.", born.long())),
        Some(age) if age >= ADULT_FROM => Some(format!(
            "Date of birth: {} makes this person {age} when last seen, and a child is under {ADULT_FROM}. Correct it, or leave it empty if it is in doubt: we then take the person for a child. An adult is reported as the force reports missing adults.",
            born.long()
        )),
        Some(_) => None,
    }
}

fn check_texts(form: &ReportForm) -> Result<(), Problem> {
    let texts = [
        ("last_seen", &form.last_seen),
        ("circumstances", &form.circumstances),
        ("already_tried", &form.already_tried),
        ("description", &form.description),
        ("reporter_name", &form.reporter.name),
        ("reporter_phone", &form.reporter.phone),
        ("reporter_relationship", &form.reporter.relationship),
    ];
    let problems: Vec<_> = texts.into_iter().filter_map(|(field, text)| check_text(field, text)).collect();
    if problems.is_empty() { Ok(()) } else { Err(Problem::Invalid(problems)) }
}

/// Why a text cannot be kept: too long, or with characters no record can hold.
#[must_use]
pub fn check_text(field: &str, text: &str) -> Option<FieldProblem> {
    if text.chars().count() > LONGEST_TEXT {
        return Some(FieldProblem::new(
            field,
            format!("This is longer than {LONGEST_TEXT} characters. Shorten it or split it."),
        ));
    }
    text.contains('\0')
        .then(|| FieldProblem::new(field, "This holds a character (NUL) that cannot be kept. Remove it."))
}
