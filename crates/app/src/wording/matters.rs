//! Kept findings and challenges: shown, looked at, answered, settled; and raising a challenge.
use std::sync::Arc;

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::missing::Missing;
use cf_casework::wording::{About, Act, Command, Event, Matter, Raised, RecordKind, Wording};
use cf_kernel::{Actor, ChildId, CommandId, Decider as _, IncidentId, Role, StreamId, Timestamp, WordingId};
use cf_store::WordingRow;

use super::challenged::squeezed;
use super::keep::narratives_of;
use crate::load::Loaded;
use crate::{App, Caller, Problem};

/// One kept finding or challenge, whole.
#[derive(Debug, Clone)]
pub struct MatterView {
    /// The id.
    pub id: WordingId,
    /// The version shown.
    pub version: i64,
    /// What it is.
    pub matter: Matter,
    /// Whether the caller may look at it and settle it.
    pub may_look: bool,
    /// Whether the words are a duty inspector's, which another duty inspector looks at.
    pub of_inspector: bool,
    /// Whether the caller is asked for an answer.
    pub may_answer: bool,
}

/// An entry of a record that holds narrative, to challenge words of.
#[derive(Debug, Clone)]
pub struct NarrativeEntry {
    /// Its version in the record.
    pub version: i64,
    /// The event's type.
    pub event_type: String,
    /// Who wrote it; none where an import brought it.
    pub writer: Option<Actor>,
    /// When it was recorded.
    pub at: Timestamp,
    /// Its texts, by field.
    pub texts: Vec<(String, String)>,
}

/// A challenge, as somebody raises it.
#[derive(Debug, Clone)]
pub struct ChallengeForm {
    /// Which entry; none for the record as a whole.
    pub entry: Option<i64>,
    /// The words.
    pub words: String,
    /// Why.
    pub why: String,
}

impl App {
    /// What the policies need to know about a record, and its child.
    async fn wording_resource(
        &self,
        caller: &Caller,
        kind: RecordKind,
        record: StreamId,
    ) -> Result<(Resource, ChildId), Problem> {
        match kind {
            RecordKind::Incident => {
                let loaded = self.load::<Missing>(record).await?;
                let child = crate::incident::child_of(&loaded.state)?;
                Ok((self.resource(caller, &loaded, child).await?, child))
            }
            RecordKind::Child => {
                let child = ChildId::from_uuid(record.uuid());
                let row = self.store.child_row(child).await?.ok_or(Problem::NotFound)?;
                Ok((Resource::child(row.restricted), child))
            }
        }
    }

    /// One kept finding or challenge.
    ///
    /// # Errors
    /// Not found, a denial (whoever may not open the record may not read words of it), or a fault.
    #[boxed]
    pub async fn wording_matter(&self, caller: &Caller, id: WordingId) -> Result<MatterView, Problem> {
        let loaded = self.load::<Wording>(id.into()).await?;
        let matter = *loaded.state.matter.ok_or(Problem::NotFound)?;
        let about = matter.about();
        let (resource, child) = self.wording_resource(caller, about.kind, about.record).await?;
        let action = match about.kind {
            RecordKind::Incident => Action::ViewIncident,
            RecordKind::Child => Action::ViewChild,
        };
        self.authorise(caller, action, &resource, &[id.into(), about.record, child.into()]).await?;
        let mine = about.writer.as_ref().is_some_and(|writer| writer.user == caller.actor.user);
        let rank = |role| role == Role::Inspector;
        let of_inspector = about.writer.as_ref().is_some_and(|writer| rank(writer.role));
        Ok(MatterView {
            id,
            version: loaded.version,
            of_inspector,
            may_look: !mine
                && (!of_inspector || rank(caller.actor.role))
                && self.may(caller, Action::LookAtWording, &resource),
            may_answer: mine && self.may(caller, Action::AnswerWording, &resource),
            matter,
        })
    }

    /// Looks at, answers or settles a kept finding or a challenge.
    ///
    /// # Errors
    /// A refusal, a denial, a conflict when it moved on since `seen_version`, or a fault.
    #[boxed]
    pub async fn act_on_wording(
        &self,
        caller: &Caller,
        command: CommandId,
        id: WordingId,
        seen_version: Option<i64>,
        act: Act,
    ) -> Result<(), Problem> {
        let loaded = self.load::<Wording>(id.into()).await?;
        let about = loaded.state.matter.as_ref().ok_or(Problem::NotFound)?.about().clone();
        let (resource, _) = self.wording_resource(caller, about.kind, about.record).await?;
        let action = match act {
            Act::Answer(_) => Action::AnswerWording,
            _ => Action::LookAtWording,
        };
        self.authorise(caller, action, &resource, &[id.into(), about.record]).await?;
        if self.store.command_done(command).await? {
            return Ok(());
        }
        if seen_version.is_some_and(|seen| seen != loaded.version) {
            return Err(Problem::Conflict);
        }
        self.decide_wording(caller, command, &loaded, about.child, act).await
    }

    async fn decide_wording(
        &self,
        caller: &Caller,
        command: CommandId,
        loaded: &Loaded<Wording>,
        child: ChildId,
        act: Act,
    ) -> Result<(), Problem> {
        let now = self.now();
        let rules = Arc::clone(&self.timescales);
        let decided = Wording::decide(&loaded.state, Command { by: caller.actor.clone(), now, rules, act });
        let events = decided.map_err(|refusal| Problem::refused(&refusal))?;
        let grown = loaded.grow(child.into(), &events, Event::occurred_at, now)?;
        self.record(caller, command, now, vec![grown]).await?;
        Ok(())
    }

    /// Climbs an overdue clock of a kept finding or a challenge.
    pub(crate) async fn climb_wording(
        &self,
        caller: &Caller,
        id: StreamId,
        clock: cf_casework::clocks::ClockId,
    ) -> Result<(), Problem> {
        let loaded = self.load::<Wording>(id).await?;
        let child = loaded.state.matter.as_ref().ok_or(Problem::NotFound)?.about().child;
        self.decide_wording(caller, CommandId::new(), &loaded, child, Act::Escalate(clock)).await
    }

    /// The entries of a record that hold narrative, newest first, for somebody who wants to challenge words in it.
    ///
    /// # Errors
    /// Not found, a denial, or a fault.
    #[boxed]
    pub async fn wording_entries(
        &self,
        caller: &Caller,
        kind: RecordKind,
        record: StreamId,
    ) -> Result<Vec<NarrativeEntry>, Problem> {
        let (resource, child) = self.wording_resource(caller, kind, record).await?;
        self.authorise(caller, Action::ChallengeWording, &resource, &[record, child.into()]).await?;
        self.narrative_entries(record).await
    }

    async fn narrative_entries(&self, record: StreamId) -> Result<Vec<NarrativeEntry>, Problem> {
        let accounts = self.store.accounts().await?;
        let mut entries = Vec::new();
        for event in self.store.load(record).await? {
            let texts = narratives_of(&event.clear, event.private.as_deref().unwrap_or_default());
            if texts.is_empty() {
                continue;
            }
            let (user, role, team) = event.actor;
            let name = accounts.iter().find(|account| account.id == user).map(|account| account.name.clone());
            let writer = (role != Role::System).then(|| Actor {
                user,
                name: name.unwrap_or_else(|| role.label().to_owned()),
                role,
                team,
            });
            let (version, at) = (event.version, event.recorded_at);
            entries.push(NarrativeEntry { version, event_type: event.event_type, writer, at, texts });
        }
        entries.reverse();
        Ok(entries)
    }

    /// Challenges words in a record, whoever wrote them. Gives the challenge's id, which follows from the command's.
    ///
    /// # Errors
    /// Fields that cannot be used, a denial, or a fault.
    #[boxed]
    pub async fn challenge_wording(
        &self,
        caller: &Caller,
        command: CommandId,
        kind: RecordKind,
        record: StreamId,
        form: ChallengeForm,
    ) -> Result<WordingId, Problem> {
        let entries = self.wording_entries(caller, kind, record).await?;
        let id = WordingId::from_uuid(crate::import::derived_id("challenge", &command.to_string()));
        if self.store.command_done(command).await? {
            return Ok(id);
        }
        let (_, child) = self.wording_resource(caller, kind, record).await?;
        let found = form.entry.map(|version| entries.iter().find(|entry| entry.version == version));
        let Some(entry) = found else {
            return Err(Problem::invalid("entry", "Choose the entry the words stand in."));
        };
        let entry =
            entry.ok_or_else(|| Problem::invalid("entry", "Choose the entry again: it is not there."))?;
        let words = squeezed(&form.words);
        let field = entry.texts.iter().find(|(_, text)| squeezed(text).contains(&words));
        let Some((field, _)) = field.filter(|_| !words.is_empty()) else {
            return Err(Problem::invalid("words", "Copy the words as they stand in the entry you chose."));
        };
        let desk = entry.writer.as_ref().map_or(self.desk.team, |writer| writer.team);
        let about = About {
            child,
            record,
            kind,
            entry: Some(entry.version),
            field: field.clone(),
            writer: entry.writer.clone(),
        };
        let owner = self.wording_desk(desk).await?;
        let raised = Raised { about, words: form.words.trim().into(), why: form.why.into(), owner };
        let loaded = Loaded::<Wording>::new(id.into());
        self.decide_wording(caller, command, &loaded, child, Act::Raise(Box::new(raised))).await?;
        Ok(id)
    }

    /// Kept findings and challenges about a record the caller has just opened.
    pub(crate) async fn wording_about(&self, record: StreamId) -> Result<Vec<WordingRow>, Problem> {
        Ok(self.store.wording_about(record, 100).await?)
    }

    /// The incident or child a matter is about, as a path segment and id for a link.
    #[must_use]
    pub fn wording_place(about: &About) -> (&'static str, String) {
        match about.kind {
            RecordKind::Incident => ("incidents", IncidentId::from_uuid(about.record.uuid()).to_string()),
            RecordKind::Child => ("children", ChildId::from_uuid(about.record.uuid()).to_string()),
        }
    }
}
