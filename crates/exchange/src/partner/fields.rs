//! The fields asked of a partner's extract, and what kind of value each holds.
//!
//! SOURCE: our own proposal, after what `ssd_cin_episodes` of the standard safeguarding dataset (`domain/formats.md`
//! section 4) and the referral states of support services (`domain/inspection-and-governance.md` section 7) have in
//! common. No service publishes the layout of its exports.
use crate::codes::{EntryKind, Sex};
use crate::mapping::{FieldKind, fields};

fields! {
    "A field of a partner's extract.";
    /// The partner's own reference of the entry. Always required.
    EntryRef "entry_ref" FieldKind::Text;
    /// The partner's own reference of the child. Always required.
    PersonRef "person_ref" FieldKind::Text;
    /// What the entry tells of. Always required.
    Kind "kind" FieldKind::Code(EntryKind::CODES);
    /// The day of the referral, contact or concern, or on which a service began. Always required.
    Date "date" FieldKind::Day;
    /// The day it ended.
    Ended "ended" FieldKind::Day;
    /// Given name.
    GivenName "given_name" FieldKind::Text;
    /// Family name.
    FamilyName "family_name" FieldKind::Text;
    /// Other names.
    AlsoKnownAs "also_known_as" FieldKind::List;
    /// Date of birth.
    Dob "dob" FieldKind::Day;
    /// Sex.
    Sex "sex" FieldKind::Code(Sex::CODES);
    /// Address without postcode.
    Address "address" FieldKind::Text;
    /// Postcode.
    Postcode "postcode" FieldKind::Text;
    /// Numbers the child is reached on.
    Phones "phones" FieldKind::List;
    /// Who referred or told, as the partner has it.
    Source "source" FieldKind::Text;
    /// The need or reason, as the partner has it.
    Reason "reason" FieldKind::Text;
    /// What came of it, as the partner has it.
    Outcome "outcome" FieldKind::Text;
    /// What somebody wrote about it.
    Words "words" FieldKind::Text;
}
