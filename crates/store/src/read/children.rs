//! A child as rows, and finding a child by what a caller says.
use async_recursion::async_recursion as boxed;
use cf_casework::child::{Child, Contact, ContactKind, State};
use cf_kernel::{CalendarDay, ChildId, StreamId};
use uuid::Uuid;

use super::incidents::clock_rows;
use super::tables::{CHILD, CHILD_KEY};
use super::words::{called, one_slip, phone, plain, postcode, postcode_in, registration, start};
use crate::db::{args, from_row};
use crate::rows::{Row, Value};
use crate::{Fault, Store};

from_row! {
    /// One child, as lists show it.
    #[derive(Debug, Clone, PartialEq)]
    #[expect(missing_docs, reason = "the fields are the columns of the read table, named for what they hold")]
    pub struct ChildRow {
        pub stream: Uuid,
        pub name: String,
        pub names: String,
        pub born_on: Option<String>,
        pub sex: String,
        pub looked_after: Option<bool>,
        pub responsible: Option<String>,
        pub borough: Option<String>,
        pub restricted: bool,
        pub trigger_plan: bool,
        pub philomena: bool,
        pub warnings: i64,
        pub source: Option<String>,
    }
}

impl ChildRow {
    /// The child's id.
    #[must_use]
    pub fn id(&self) -> ChildId {
        ChildId::from_uuid(self.stream)
    }
    /// The date of birth.
    #[must_use]
    pub fn born(&self) -> Option<CalendarDay> {
        self.born_on.as_deref().and_then(|day| day.parse().ok())
    }
}

/// What a caller says of a child. Empty fields say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchFor {
    /// Any names, in any order.
    pub name: String,
    /// Date of birth.
    pub born_on: Option<CalendarDay>,
    /// A phone number.
    pub phone: String,
    /// A postcode.
    pub postcode: String,
}

/// A child that may be the one, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The child.
    pub child: ChildRow,
    /// What agrees, in words, strongest first.
    pub because: Vec<&'static str>,
    /// For ordering only: never shown, never a probability.
    strength: u32,
}

/// The rows of a child.
#[must_use]
pub fn child_rows(stream: StreamId, state: &State) -> Vec<Row> {
    let Some(child) = &state.child else { return Vec::new() };
    let mut rows = vec![child_row(stream, child)];
    rows.extend(keys(child).into_iter().map(|(kind, word)| Row {
        table: &CHILD_KEY,
        stream,
        part: format!("{kind}:{word}"),
        values: vec![kind.into(), word.into()],
    }));
    let id = ChildId::from_uuid(stream.uuid());
    let desk = cf_casework::Owner::from(&child.registered.1);
    rows.extend(clock_rows(stream, "child", id, &child.clocks, |clock| match clock {
        "trigger_plan_review" => child.trigger_plan.as_ref().map_or(&desk, |plan| &plan.what.owner),
        "philomena_review" => child.philomena.as_ref().map_or(&desk, |form| &form.what.owner),
        _ => &desk,
    }));
    rows
}

fn names(child: &Child) -> String {
    let Some(identity) = child.identity.get() else { return String::new() };
    let mut all = format!("{} {}", identity.given_name, identity.family_name);
    for alias in &identity.also_known_as {
        all.push(' ');
        all.push_str(alias);
    }
    plain(&all)
}

fn child_row(stream: StreamId, child: &Child) -> Row {
    let identity = child.identity.get();
    let born = identity.and_then(|identity| identity.born_on).map(|day| day.to_string());
    let name = identity.map_or_else(|| "[destroyed]".to_owned(), cf_casework::child::Identity::name);
    Row {
        table: &CHILD,
        stream,
        part: String::new(),
        values: vec![
            name.into(),
            names(child).into(),
            born.into(),
            identity.map_or("", |identity| identity.sex.as_str()).into(),
            child.care.looked_after.into(),
            child.care.responsible_authority.clone().into(),
            child.care.borough.clone().into(),
            child.restricted.is_some().into(),
            child.trigger_plan.is_some().into(),
            child.philomena.is_some().into(),
            Value::Int(child.warnings.len() as i64),
            child.source.as_ref().and_then(|source| source.get().cloned()).into(),
            child.registered.0.into(),
        ],
    }
}

/// The words this child can be found by, each once.
fn keys(child: &Child) -> std::collections::BTreeSet<(&'static str, String)> {
    let mut keys = std::collections::BTreeSet::new();
    for word in names(child).split(' ').filter(|word| !word.is_empty()) {
        keys.insert(("name", word.to_owned()));
        keys.insert(("start", start(word)));
    }
    if let Some(identity) = child.identity.get() {
        keys.extend(identity.born_on.map(|day| ("born", day.to_string())));
        keys.extend(identity.phones.iter().map(|number| ("phone", phone(number))));
        keys.insert(("postcode", postcode(&identity.postcode)));
        keys.insert(("at", postcode(&identity.postcode)));
    }
    for contact in child.contacts.iter().filter_map(|contact| contact.what.get()) {
        keys.extend(contact_key(contact));
    }
    keys.retain(|(_, word)| !word.is_empty());
    keys
}

/// What ties this child to another who has it as well: the kind, and the value as it is compared. None for what says too
/// little, and for friends and places, which many share.
#[must_use]
pub fn contact_key(contact: &Contact) -> Option<(&'static str, String)> {
    let (kind, word) = match contact.kind {
        ContactKind::Phone => ("phone", phone(&contact.value)),
        ContactKind::Address => ("at", postcode_in(&contact.value).unwrap_or_default()),
        ContactKind::Vehicle => ("vehicle", registration(&contact.value)),
        ContactKind::Suspect => ("suspect", called(&contact.value)),
        ContactKind::Person | ContactKind::Place | ContactKind::Online => return None,
    };
    Some((kind, word)).filter(|(_, word)| !word.is_empty())
}

const COLUMNS: &str = "c.stream, c.name, c.names, c.born_on, c.sex, c.looked_after, c.responsible, c.borough, \
    c.restricted, c.trigger_plan, c.philomena, c.warnings, c.source";

/// The most children looked at for one word; a commoner word alone does not find a child.
const MOST_FOR_A_WORD: i64 = 300;

impl Store {
    /// The child's row.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn child_row(&self, child: ChildId) -> Result<Option<ChildRow>, Fault> {
        let sql = format!("select {COLUMNS} from child c where c.stream = $1");
        Ok(self.reads().row(sqlx::AssertSqlSafe(sql), args![child.uuid()]).await?)
    }

    /// The rows of those of these records that are children, by id.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn children_among(&self, records: &[Uuid]) -> Result<Vec<ChildRow>, Fault> {
        const HEAD: &str = "select c.stream, c.name, c.names, c.born_on, c.sex, c.looked_after, c.responsible, \
            c.borough, c.restricted, c.trigger_plan, c.philomena, c.warnings, c.source from child c where c.stream in ";
        self.among(HEAD, "order by c.stream", records).await
    }

    /// How often each of these children was reported missing, not counting reports where whereabouts were known.
    /// Children never reported are absent.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn episodes_of_each(&self, children: &[Uuid]) -> Result<Vec<(Uuid, i64)>, Fault> {
        self.among(
            "select child, count(*) from incident where (how is null or how <> 'not_missing') and child in ",
            "group by child order by child",
            children,
        )
        .await
    }

    /// Those of these children who are missing now.
    ///
    /// # Errors
    /// [`Fault`] from the database.
    #[boxed]
    pub async fn missing_among(&self, children: &[Uuid]) -> Result<Vec<Uuid>, Fault> {
        let found: Vec<(Uuid, i64)> = self
            .among(
                "select child, count(*) from incident where phase = 'missing' and child in ",
                "group by child order by child",
                children,
            )
            .await?;
        Ok(found.into_iter().map(|(child, _)| child).collect())
    }

    /// Runs a question about a list of ids, 256 at a time.
    pub(super) async fn among<T: crate::db::Read>(
        &self,
        head: &'static str,
        tail: &'static str,
        ids: &[Uuid],
    ) -> Result<Vec<T>, Fault> {
        let ids: Vec<crate::db::Arg> = ids.iter().map(|id| (*id).into()).collect();
        let mut found = Vec::new();
        for chunk in ids.chunks(256) {
            let (sql, args) = self.inner.statements.list(self.database(), head, tail, chunk);
            found.extend(self.reads().rows(sql, args).await?);
        }
        Ok(found)
    }

    /// Children who may be the one meant, likeliest first; at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    #[boxed]
    pub async fn search_children(&self, asked: &SearchFor, limit: usize) -> Result<Vec<Match>, Fault> {
        let mut found = std::collections::BTreeMap::new();
        for (kind, word) in asked.keys() {
            let sql = format!(
                "select {COLUMNS} from child_key k join child c on c.stream = k.stream \
                 where k.kind = $1 and k.word = $2 order by c.stream limit $3"
            );
            let rows: Vec<ChildRow> =
                self.reads().rows(sqlx::AssertSqlSafe(sql), args![kind, word, MOST_FOR_A_WORD]).await?;
            found.extend(rows.into_iter().map(|row| (row.stream, row)));
        }
        let exact = self.keys_that_agree(asked, found.keys().copied().collect()).await?;
        let mut matches: Vec<Match> =
            found.into_values().filter_map(|child| asked.judge(child, &exact)).collect();
        matches.sort_by(|a, b| b.strength.cmp(&a.strength).then(a.child.stream.cmp(&b.child.stream)));
        matches.truncate(limit);
        Ok(matches)
    }

    /// Which of these children have the phone or postcode asked for.
    async fn keys_that_agree(
        &self,
        asked: &SearchFor,
        among: Vec<Uuid>,
    ) -> Result<Vec<(Uuid, String)>, Fault> {
        let (number, code) = (phone(&asked.phone), postcode(&asked.postcode));
        if among.is_empty() || (number.is_empty() && code.is_empty()) {
            return Ok(Vec::new());
        }
        let sql = "select stream, kind from child_key where (kind = 'phone' and word = $1) \
                   or (kind = 'postcode' and word = $2) order by stream, kind limit 1000";
        Ok(self.reads().rows(sql, args![number, code]).await?)
    }
}

impl SearchFor {
    /// Whether nothing was asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys().is_empty()
    }

    fn keys(&self) -> Vec<(&'static str, String)> {
        let mut keys = Vec::new();
        for word in plain(&self.name).split(' ').filter(|word| word.chars().count() >= 2).take(6) {
            keys.push(("name", word.to_owned()));
            keys.push(("start", start(word)));
        }
        keys.extend(self.born_on.map(|day| ("born", day.to_string())));
        keys.push(("phone", phone(&self.phone)));
        keys.push(("postcode", postcode(&self.postcode)));
        keys.retain(|(_, word)| word.chars().count() >= 2);
        keys
    }

    /// Whether this child may be the one, and why. A date of birth or postcode alone is not enough.
    fn judge(&self, child: ChildRow, exact: &[(Uuid, String)]) -> Option<Match> {
        let theirs: Vec<&str> = child.names.split(' ').collect();
        let asked = plain(&self.name);
        let (mut same, mut like) = (0, 0);
        for word in asked.split(' ').filter(|word| word.chars().count() >= 2) {
            if theirs.contains(&word) {
                same += 1;
            } else if theirs
                .iter()
                .any(|name| name.starts_with(word) || (word.len() > 3 && one_slip(name, word)))
            {
                like += 1;
            }
        }
        let born = self.born_on.is_some() && child.born() == self.born_on;
        let has = |kind: &str| exact.iter().any(|(stream, agrees)| *stream == child.stream && agrees == kind);
        let (phone, postcode) = (has("phone"), has("postcode"));
        let reasons = [
            (same > 1, 60, "both names agree"),
            (same == 1, 30, "one name agrees"),
            (like > 0, 20, "a name is spelt much the same"),
            (born, 40, "same date of birth"),
            (phone, 50, "same phone number"),
            (postcode, 15, "same postcode"),
        ];
        let strength = reasons.iter().filter(|(agrees, ..)| *agrees).map(|(_, strength, _)| strength).sum();
        let because: Vec<_> =
            reasons.iter().filter(|(agrees, ..)| *agrees).map(|(.., words)| *words).collect();
        (strength >= 20).then_some(Match { child, because, strength })
    }
}
