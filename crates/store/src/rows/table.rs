//! Read tables, declared as data. The store makes the tables, writes the rows, and can make them all again.
use cf_kernel::StreamId;
use uuid::Uuid;

use crate::db::Arg;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A whole number, or a moment in microseconds.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Blob,
    /// Yes or no.
    Bool,
    /// A number with a fraction.
    Real,
    /// An id: compares with other ids on both databases.
    Id,
}

/// A column of a read table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Column {
    /// Lower case, and no SQL keyword.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be empty.
    pub nullable: bool,
}

impl Column {
    /// A column that always has a value.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, nullable: false }
    }
    /// A column that may be empty.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, nullable: true }
    }
}

/// An index of a read table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Index {
    /// Columns in order, `stream` and `part` included if wanted. `"due_at"` or `"due_at desc"`.
    pub columns: &'static [&'static str],
    /// A condition in SQL common to both databases, for an index on some rows only.
    pub only: Option<&'static str>,
}

/// A read table. Every row belongs to a stream and has a `part`, unique within the stream; both come before `columns`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Table {
    /// The table's name: lower case with underscores.
    pub name: &'static str,
    /// The kinds of streams that have rows in it; a row of any other is refused.
    pub of: &'static [&'static str],
    /// Raise it when the same columns are to be filled otherwise; the table is then made again.
    pub version: i32,
    /// The columns after `stream` and `part`.
    pub columns: &'static [Column],
    /// Indexes besides the primary key (stream, part).
    pub indexes: &'static [Index],
}

/// A value in a row.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Value {
    /// Empty.
    Null,
    /// See [`Kind::Int`].
    Int(i64),
    /// See [`Kind::Text`].
    Text(String),
    /// See [`Kind::Blob`].
    Blob(Vec<u8>),
    /// See [`Kind::Bool`].
    Bool(bool),
    /// See [`Kind::Real`].
    Real(f64),
    /// See [`Kind::Id`].
    Id(Uuid),
}

/// A value where it stands: in a row of the database, or in a [`Row`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Seen<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
    Bool(bool),
    Real(f64),
    Id(Uuid),
}

impl Value {
    pub(crate) fn seen(&self) -> Seen<'_> {
        match self {
            Self::Null => Seen::Null,
            Self::Int(value) => Seen::Int(*value),
            Self::Text(value) => Seen::Text(value),
            Self::Blob(value) => Seen::Blob(value),
            Self::Bool(value) => Seen::Bool(*value),
            Self::Real(value) => Seen::Real(*value),
            Self::Id(value) => Seen::Id(*value),
        }
    }
}

/// A row of a read table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its table.
    pub table: &'static Table,
    /// The stream it is a function of.
    pub stream: StreamId,
    /// Tells the rows of one stream in one table apart; may be empty when there is only one.
    pub part: String,
    /// One value for each column of the table.
    pub values: Vec<Value>,
}

/// Names a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RowKey {
    /// Its table.
    pub table: &'static Table,
    /// The stream it is a function of.
    pub stream: StreamId,
    /// See [`Row::part`].
    pub part: String,
}

impl Row {
    /// The row's name.
    #[must_use]
    pub fn key(&self) -> RowKey {
        RowKey { table: self.table, stream: self.stream, part: self.part.clone() }
    }
}

impl Kind {
    /// The value as an argument; `None` when it is of another kind.
    pub(crate) fn arg(self, value: Value) -> Option<Arg> {
        Some(match (self, value) {
            (Kind::Int, Value::Int(value)) => value.into(),
            (Kind::Text, Value::Text(value)) => value.into(),
            (Kind::Blob, Value::Blob(value)) => value.into(),
            (Kind::Bool, Value::Bool(value)) => value.into(),
            (Kind::Real, Value::Real(value)) => value.into(),
            (Kind::Id, Value::Id(value)) => value.into(),
            (Kind::Int, Value::Null) => Arg::Int(None),
            (Kind::Text, Value::Null) => Arg::Text(None),
            (Kind::Blob, Value::Null) => Arg::Blob(None),
            (Kind::Bool, Value::Null) => Arg::Bool(None),
            (Kind::Real, Value::Null) => Arg::Real(None),
            (Kind::Id, Value::Null) => Arg::Id(None),
            _ => return None,
        })
    }

    fn holds(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (_, Value::Null)
                | (Kind::Int, Value::Int(_))
                | (Kind::Text, Value::Text(_))
                | (Kind::Blob, Value::Blob(_))
                | (Kind::Bool, Value::Bool(_))
                | (Kind::Real, Value::Real(_))
                | (Kind::Id, Value::Id(_))
        )
    }
}

impl Table {
    /// Whether a stream of this kind may have rows here.
    pub(crate) fn holds(&self, kind: &str) -> bool {
        self.of.contains(&kind)
    }

    /// Why these values are no row of this table.
    pub(crate) fn misfit(&self, values: &[Value]) -> Option<String> {
        if values.len() != self.columns.len() {
            return Some(format!("`{}` has {} columns, not {}", self.name, self.columns.len(), values.len()));
        }
        let wrong = self.columns.iter().zip(values).find(|(column, value)| {
            !column.kind.holds(value) || (!column.nullable && **value == Value::Null) || has_nul(value)
        })?;
        Some(format!("a value does not fit `{}.{}`", self.name, wrong.0.name))
    }
}

/// PostgreSQL refuses NUL in text; refuse it everywhere, before a transaction with neighbours in it.
fn has_nul(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains('\0'))
}

macro_rules! value_from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value { fn from(value: $type) -> Self { Value::$variant(value.into()) } }
    )*};
}
value_from!(i64 => Int, i32 => Int, u32 => Int, u8 => Int, String => Text, &str => Text, Vec<u8> => Blob,
    bool => Bool, f64 => Real, Uuid => Id);

impl From<cf_kernel::Timestamp> for Value {
    fn from(value: cf_kernel::Timestamp) -> Self {
        Value::Int(value.micros())
    }
}

macro_rules! value_from_id {
    ($($id:ident),* $(,)?) => {$(
        impl From<cf_kernel::$id> for Value { fn from(value: cf_kernel::$id) -> Self { Value::Id(value.uuid()) } }
    )*};
}
value_from_id!(
    WordingId,
    ChildId,
    IncidentId,
    CouncilChildId,
    PartnerRecordId,
    StreamId,
    FileId,
    CommandId,
    UserId,
    TeamId,
    SessionId
);

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
