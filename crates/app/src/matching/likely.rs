//! Children who may be the one a caller means, while the caller speaks.
use std::collections::{BTreeSet, HashMap};

use async_recursion::async_recursion as boxed;
use cf_access::{Action, Resource};
use cf_casework::link::Side;
use cf_kernel::{ChildId, CommandId, Role, StreamId};
use cf_linkage::explain::Line;
use cf_store::{AccessEntry, ChildRow, PartnerRow};
use uuid::Uuid;

use super::weigh::Candidate;
use super::{Heard, Loaded, Thresholds, rows};
use crate::{App, Caller, Problem};

/// One thing that speaks for or against, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In words.
    pub words: String,
    /// Whether it speaks for the child being the one.
    pub speaks_for: bool,
}

/// A child who may be the one.
#[derive(Debug, Clone, PartialEq)]
pub struct Likely {
    /// The child.
    pub child: ChildRow,
    /// What agrees and what does not, strongest first.
    pub why: Vec<Reason>,
    /// The probability that it is the child, 0 to 1; none from the simple search, which has none to give.
    pub probability: Option<f64>,
    /// How often the child was reported missing before this time.
    pub episodes: i64,
    /// Whether the child is missing now: the incident is there already.
    pub missing_now: bool,
    /// Whether it is likely enough that no report is taken before a person has said whether it is the child.
    pub to_answer: bool,
}

/// A partner's record that may be the child's and is linked to no child known to police: that an agency knows the
/// child may be the first thing anybody learns of a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct LikelyPartner {
    /// The record.
    pub partner: PartnerRow,
    /// What agrees and what does not, strongest first. Empty when the record is not open to the caller.
    pub why: Vec<Reason>,
    /// The probability that it is the child, 0 to 1.
    pub probability: f64,
    /// Whether the caller may open it. If not, only the agency is shown: whom to ask.
    pub open: bool,
}

/// Children who may be the one, and records the caller may not see.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LikelyList {
    /// Those who may be shown, likeliest first.
    pub likely: Vec<Likely>,
    /// Records of partners that may be the child's, likeliest first.
    pub partners: Vec<LikelyPartner>,
    /// Records that match and are not open to whoever asks.
    pub hidden: Hidden,
    /// Children said not to be the one during this report, who are therefore not shown.
    pub set_aside: usize,
    /// Whether the index answered; otherwise the simple search did.
    pub indexed: bool,
}

/// Records that match and are not open to whoever asks: that they are there, and whom to ask. Nothing of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// The records.
    pub records: Vec<ChildId>,
    /// Those of them already asked about in this session.
    pub asked: BTreeSet<ChildId>,
    /// Who may open such a record: name and role. Empty where there is none.
    pub ask: Vec<String>,
}

/// What was found, whoever may see it.
pub(super) struct Finds {
    pub(super) children: Vec<Likely>,
    partners: Vec<LikelyPartner>,
    set_aside: usize,
    indexed: bool,
}

/// Records of partners shown beside a report.
const PARTNERS_SHOWN: usize = 3;
/// Names offered of people to ask.
const PEOPLE_TO_ASK: usize = 4;

impl App {
    /// Children who may be the one, likeliest first; at most `limit`. Logged as a consultation of each record found,
    /// shown or not.
    ///
    /// # Errors
    /// A denial or a fault.
    #[boxed]
    pub async fn likely(&self, caller: &Caller, heard: &Heard, limit: usize) -> Result<LikelyList, Problem> {
        let Finds { mut children, partners, set_aside, indexed } = self.finds(caller, heard, limit).await?;
        let records = children.iter().map(|one| one.child.id().into());
        let records: Vec<StreamId> =
            records.chain(partners.iter().map(|one| one.partner.id().into())).collect();
        self.authorise(caller, Action::SearchChildren, &Resource::desk(), &records).await?;
        self.mark_missing(&mut children).await?;
        let opens = self.may(caller, Action::ViewChild, &Resource::child(true));
        let (likely, hidden): (Vec<_>, Vec<_>) =
            children.into_iter().partition(|one| opens || !one.child.restricted);
        let hidden: Vec<ChildId> = hidden.iter().map(|one| one.child.id()).collect();
        let hidden = self.hidden(caller, hidden).await?;
        Ok(LikelyList { likely, partners, hidden, set_aside, indexed })
    }

    /// What there is, before anybody is shown any of it: whoever shows some of it logs that.
    pub(super) async fn finds(&self, caller: &Caller, heard: &Heard, limit: usize) -> Result<Finds, Problem> {
        let loaded = self.matching.loaded();
        let (mut children, partners) = match &loaded {
            Some(loaded) => self.index_finds(caller, loaded, heard, limit).await?,
            None => (Vec::new(), Vec::new()),
        };
        self.search_finds(heard, limit, &mut children).await?;
        let before = children.len();
        if let Some(report) = heard.report {
            let apart = self.set_apart(report).await?;
            children.retain(|one| !apart.contains(&one.child.stream));
        }
        let set_aside = before - children.len();
        children.truncate(limit);
        Ok(Finds { children, partners, set_aside, indexed: loaded.is_some() })
    }

    /// Says of each whether they are missing now, which is no earlier episode.
    pub(super) async fn mark_missing(&self, found: &mut [Likely]) -> Result<(), Problem> {
        let ids: Vec<Uuid> = found.iter().map(|one| one.child.stream).collect();
        let missing = self.store.missing_among(&ids).await?;
        for one in found.iter_mut().filter(|one| missing.contains(&one.child.stream)) {
            one.missing_now = true;
            one.episodes = (one.episodes - 1).max(0);
        }
        Ok(())
    }

    /// Whom to ask about these records, which the caller may not open.
    pub(crate) async fn hidden(&self, caller: &Caller, records: Vec<ChildId>) -> Result<Hidden, Problem> {
        if records.is_empty() {
            return Ok(Hidden::default());
        }
        let (ask, asked) = (self.who_opens_restricted().await?, self.asked_about(caller, &records).await?);
        Ok(Hidden { records, asked, ask })
    }

    async fn index_finds(
        &self,
        caller: &Caller,
        loaded: &Loaded,
        heard: &Heard,
        limit: usize,
    ) -> Result<(Vec<Likely>, Vec<LikelyPartner>), Problem> {
        let Thresholds { show, strong, .. } = self.link_thresholds().await?;
        // More than are shown, since council records answer too and some may have been set aside.
        let candidates = loaded.candidates(&rows::of_heard(heard), show, limit * 4 + 20);
        let child = |side| match side {
            Side::Child(id) => Some(id.uuid()),
            Side::Council(_) | Side::Partner(_) => None,
        };
        let partners = self.partners_found(caller, &candidates).await?;
        let ids: Vec<Uuid> = candidates.iter().filter_map(|found| child(found.side)).collect();
        let mut rows: HashMap<Uuid, ChildRow> =
            self.store.children_among(&ids).await?.into_iter().map(|row| (row.stream, row)).collect();
        let episodes: HashMap<Uuid, i64> = self.store.episodes_of_each(&ids).await?.into_iter().collect();
        let likely = candidates.into_iter().filter_map(|found| {
            let id = child(found.side)?;
            Some(Likely {
                child: rows.remove(&id)?,
                why: reasons(&found.explanation.lines),
                probability: Some(found.explanation.probability),
                episodes: episodes.get(&id).copied().unwrap_or(0),
                missing_now: false,
                to_answer: found.explanation.probability >= strong,
            })
        });
        Ok((likely.collect(), partners))
    }

    /// Records of partners among what the index found. One that a person linked to a child is shown with that child.
    async fn partners_found(
        &self,
        caller: &Caller,
        candidates: &[Candidate],
    ) -> Result<Vec<LikelyPartner>, Problem> {
        let partners = candidates.iter().filter_map(|one| match one.side {
            Side::Partner(id) => Some((id, one)),
            Side::Child(_) | Side::Council(_) => None,
        });
        let partners: Vec<_> = partners.take(PARTNERS_SHOWN).collect();
        let ids: Vec<Uuid> = partners.iter().map(|(id, _)| id.uuid()).collect();
        let rows = self.store.partners_among(&ids).await?;
        let mut found = Vec::new();
        for (id, candidate) in partners {
            let linked = self.store.links_of(id.into()).await?;
            if linked.iter().any(|link| link.standing == "linked") {
                continue;
            }
            let Some(partner) = rows.iter().find(|row| row.id() == id).cloned() else { continue };
            let open = self.opens_partner(caller, &partner.agency_kind, &partner.agency);
            let why = if open { reasons(&candidate.explanation.lines) } else { Vec::new() };
            found.push(LikelyPartner { partner, why, probability: candidate.explanation.probability, open });
        }
        Ok(found)
    }

    /// What the simple search finds besides: beginnings of names still being typed, and single names.
    async fn search_finds(
        &self,
        heard: &Heard,
        limit: usize,
        found: &mut Vec<Likely>,
    ) -> Result<(), Problem> {
        let asked = heard.as_search();
        if found.len() >= limit || asked.is_empty() {
            return Ok(());
        }
        let more = self.store.search_children(&asked, limit).await?;
        let ids: Vec<Uuid> = more.iter().map(|one| one.child.stream).collect();
        let episodes: HashMap<Uuid, i64> = self.store.episodes_of_each(&ids).await?.into_iter().collect();
        for one in more {
            if found.iter().any(|known| known.child.stream == one.child.stream) {
                continue;
            }
            let episodes = episodes.get(&one.child.stream).copied().unwrap_or(0);
            let why = one.because.iter().map(|words| Reason { words: (*words).to_owned(), speaks_for: true });
            found.push(Likely {
                why: why.collect(),
                child: one.child,
                probability: None,
                episodes,
                missing_now: false,
                to_answer: false,
            });
        }
        Ok(())
    }

    /// Children somebody said this report is not about.
    async fn set_apart(&self, report: CommandId) -> Result<BTreeSet<Uuid>, Problem> {
        let begun = super::links::child_begun_by(report);
        let links = self.store.links_of(begun.into()).await?;
        let apart = links.iter().filter(|link| link.standing == "different");
        Ok(apart.map(|link| link.across_from(begun.uuid())).collect())
    }

    /// People with an account whose role opens restricted records, inspectors first.
    async fn who_opens_restricted(&self) -> Result<Vec<String>, Problem> {
        let mut people: Vec<_> = self
            .colleagues()
            .await?
            .into_iter()
            .filter(|person| matches!(person.role, Role::Inspector | Role::Supervisor))
            .collect();
        people.sort_by(|a, b| {
            let rank = |role| if role == Role::Inspector { 0 } else { 1 };
            rank(a.role).cmp(&rank(b.role)).then_with(|| a.name.cmp(&b.name))
        });
        let named = people.iter().take(PEOPLE_TO_ASK);
        Ok(named.map(|person| format!("{}, {}", person.name, person.role.label().to_lowercase())).collect())
    }

    /// Those of these records this person has noted in this session that they ask about.
    async fn asked_about(&self, caller: &Caller, records: &[ChildId]) -> Result<BTreeSet<ChildId>, Problem> {
        let mut asked = BTreeSet::new();
        for record in records {
            let entries =
                self.store.access_of((*record).into(), cf_store::Page { before: None, limit: 50 }).await?;
            let code = Action::AskRestricted.code();
            if entries.iter().any(|entry| {
                entry.action == code && entry.user == caller.actor.user && entry.session == caller.session
            }) {
                asked.insert(*record);
            }
        }
        Ok(asked)
    }

    /// Notes in the access log that somebody asks about a restricted record that matched, before they pick up the
    /// phone: which record, who, and what for.
    ///
    /// # Errors
    /// A denial, no such record, or a fault.
    #[boxed]
    pub async fn ask_about_restricted(&self, caller: &Caller, child: ChildId) -> Result<(), Problem> {
        let row = self.store.child_row(child).await?.ok_or(Problem::NotFound)?;
        if !row.restricted {
            return Err(Problem::NotFound);
        }
        let action = Action::AskRestricted;
        if !self.may(caller, action, &Resource::desk()) {
            return self.authorise(caller, action, &Resource::desk(), &[child.into()]).await;
        }
        self.store
            .log_access(&AccessEntry {
                at: self.now(),
                actor: caller.actor.clone(),
                session: caller.session,
                action: action.code().to_owned(),
                records: vec![child.into()],
                purpose: action.purpose().to_owned(),
                reason: Some("it matched, and is not open to them; asks whoever may open it".to_owned()),
                permitted: true,
                policies: String::new(),
                request: caller.request.clone(),
            })
            .await?;
        Ok(())
    }
}

/// The lines that say something, in words, strongest first.
fn reasons(lines: &[Line]) -> Vec<Reason> {
    let mut spoken: Vec<&Line> = lines.iter().filter(|line| says_something(line)).collect();
    spoken.sort_by_key(|line| std::cmp::Reverse(line.weight.unsigned_abs()));
    spoken
        .into_iter()
        .map(|line| Reason { words: in_words(&line.field, &line.level), speaks_for: line.weight > 0 })
        .collect()
}

fn says_something(line: &Line) -> bool {
    match line.field.as_str() {
        "before comparing" | "perhaps one household" | "other records" => false,
        // Which names were laid side by side matters only when they were not those in the same boxes.
        "names compared" => line.level.starts_with("through") || line.level.starts_with("given"),
        _ => line.level != "missing" && line.weight != 0,
    }
}

/// A field and its level as a person would say it.
pub(super) fn in_words(field: &str, level: &str) -> String {
    match (field, level) {
        ("names compared", "through an alias") => "matches a name the child is also called by".to_owned(),
        ("names compared", _) => "given and family name exchanged".to_owned(),
        (field, "exact" | "same" | "same, given names agree") => format!("same {field}"),
        (field, "different" | "different, given names agree") => format!("different {field}"),
        (field, level) => format!("{field}: {level}"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn agreement_is_said_in_words() {
        for (field, level, words) in [
            ("date of birth", "exact", "same date of birth"),
            ("sex", "different, given names agree", "different sex"),
            ("given name", "typing slip", "given name: typing slip"),
            ("names compared", "through an alias", "matches a name the child is also called by"),
        ] {
            assert_eq!(in_words(field, level), words);
        }
    }
}
