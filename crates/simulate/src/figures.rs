//! The published counts behind the synthetic London, and what had to be made up, each with its source.
//!
//! `practice.md` is the practice reference; its section D lists the published counts and where each is from. Tables
//! marked **synthetic** have no published figure for London: they are chosen to look like a desk's days, and must
//! never be quoted as measured. The two that people most often ask for, the share of each grade and how long
//! children in London are missing, are synthetic.
use cf_casework::missing::{Harm, HowReturned, InterviewAnswer};

use crate::dice::Weighted;

/// Children reported missing in London in a year. SOURCE: practice.md D, R1 (2022-23).
pub const CHILDREN_A_YEAR: u32 = 9_370;

/// Missing incidents of children in London in a year. SOURCE: practice.md D, R1 (2022-23): 3.1 to a child.
pub const INCIDENTS_A_YEAR: u32 = 29_455;

/// Of a thousand children who go missing, so many are looked after.
/// SOURCE: 12,150 looked-after children (R9, England 2022) beside about 75,000 children (R5, UK 2022-23): 16%.
pub const LOOKED_AFTER: u32 = 162;

/// Of a thousand looked-after children of London, so many live in another borough than the one that plans their
/// care. SOURCE: practice.md D, R2: about 60%.
pub const OUT_OF_BOROUGH: u32 = 600;

/// Of a thousand police records, so many without self-defined ethnicity. SOURCE: practice.md D, R12.
pub const ETHNICITY_UNKNOWN: u32 = 310;

/// Where ethnicity is known: the group, in per cent. SOURCE: practice.md D, R12 (England and Wales, all ages;
/// London was not found): White 76, Black 14, Asian 5. The remaining five are split here, **synthetic**.
pub(crate) const ETHNIC_GROUP: [Weighted<Group>; 5] =
    [(76, Group::White), (14, Group::Black), (5, Group::Asian), (3, Group::Mixed), (2, Group::Other)];

/// A broad group of self-defined ethnicity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    White,
    Black,
    Asian,
    Mixed,
    Other,
}

/// Sex as recorded, per thousand. SOURCE: practice.md D, R12: boys 83,378 and girls 75,896 aged 12 to 17, so 52% boys.
/// The few recorded otherwise are **synthetic**.
pub(crate) const SEX: [Weighted<&str>; 4] = [(517, "male"), (471, "female"), (5, "other"), (7, "unknown")];

/// Age at the first report, per thousand children. SOURCE for the order only: practice.md D, R1 (London: 17 highest,
/// then 16, then 15) and R6 (England, looked after: hardly any under 10). The shares are **synthetic**.
pub(crate) const AGE: [Weighted<u8>; 15] = [
    (268, 17),
    (232, 16),
    (184, 15),
    (124, 14),
    (80, 13),
    (46, 12),
    (26, 11),
    (14, 10),
    (8, 9),
    (6, 8),
    (4, 7),
    (3, 6),
    (2, 5),
    (2, 4),
    (1, 3),
];

/// How many incidents a child has in a year: the smallest and largest number of each step, per thousand children.
/// Chosen so that looked-after children have 6.8 on average (practice.md D, R6), 65% of them more than one (R10),
/// and everybody together 3.1 (R1): most once, few over ten. The steps between are **synthetic**.
pub(crate) const INCIDENTS_LOOKED_AFTER: [Weighted<(i64, i64)>; 8] = [
    (350, (1, 1)),
    (150, (2, 2)),
    (90, (3, 3)),
    (70, (4, 4)),
    (50, (5, 5)),
    (130, (6, 10)),
    (90, (11, 20)),
    (70, (21, 61)),
];

/// The same for children who are not looked after: 2.4 on average.
pub(crate) const INCIDENTS_AT_HOME: [Weighted<(i64, i64)>; 8] = [
    (618, (1, 1)),
    (150, (2, 2)),
    (80, (3, 3)),
    (45, (4, 4)),
    (30, (5, 5)),
    (50, (6, 10)),
    (21, (11, 20)),
    (6, (21, 41)),
];

/// How long a child is missing, in minutes: `(per thousand, at most)`.
/// SOURCE: three in four closed in a day and 85% in two (R11, all ages), 90% in two days or less for looked-after
/// children (R9). The rest of the curve is **synthetic**: no figure for London was found.
pub(crate) const MISSING_MINUTES: [(i64, i64); 12] = [
    (0, 25),
    (50, 50),
    (150, 110),
    (300, 220),
    (450, 420),
    (600, 700),
    (755, 1_440),
    (895, 2_880),
    (950, 4_320),
    (980, 7_200),
    (995, 14_400),
    (1000, 25_000),
];

/// How children come back, per thousand. SOURCE: practice.md D, R13 (2018-19): 43% by themselves, 29% found by police.
/// The rest is **synthetic**. Deaths (0.4% of all ages) are left out of a demonstration on purpose.
pub(crate) const HOW_RETURNED: [Weighted<HowReturned>; 6] = [
    (430, HowReturned::ReturnedSelf),
    (290, HowReturned::FoundPolice),
    (160, HowReturned::FoundCarer),
    (60, HowReturned::FoundAgency),
    (42, HowReturned::FoundOther),
    (18, HowReturned::NotMissing),
];

/// Harm on return, per thousand. SOURCE: practice.md D, R11 (all ages): 3.3% harmed, 0.3% a sexual offence.
/// Exploitation suspected and not known are **synthetic**.
pub(crate) const HARM: [Weighted<Harm>; 7] = [
    (860, Harm::NoneKnown),
    (62, Harm::Unknown),
    (45, Harm::Exploitation),
    (17, Harm::Physical),
    (3, Harm::Sexual),
    (8, Harm::SelfHarm),
    (5, Harm::Other),
];

/// Of a thousand incidents of children, so many with a concern about sexual exploitation. SOURCE: practice.md D, R12.
pub(crate) const SEXUAL_EXPLOITATION: u32 = 90;

/// How the return home interview ends, per thousand incidents. **Synthetic**: the answers are those real returns use
/// (formats.md 2.2); no shares were found.
pub(crate) const INTERVIEW_END: [Weighted<Option<InterviewAnswer>>; 5] = [
    (560, None),
    (250, Some(InterviewAnswer::Declined)),
    (75, Some(InterviewAnswer::AcceptedNotPresent)),
    (95, Some(InterviewAnswer::NotOfferedNoContact)),
    (20, Some(InterviewAnswer::NotOfferedOther)),
];

/// When reports come in, by hour of the day, per thousand. **Synthetic**: an evening peak, as desks describe it.
pub(crate) const HOUR_OF_DAY: [u32; 24] =
    [58, 40, 26, 17, 11, 9, 10, 14, 19, 22, 24, 25, 26, 28, 32, 44, 50, 54, 58, 64, 76, 92, 106, 95];

/// How busy each weekday is, Monday first. **Synthetic**: Friday and Saturday above the rest.
pub(crate) const WEEKDAY: [u32; 7] = [92, 94, 96, 100, 118, 122, 104];

/// The boroughs with how many cases each has in a year, by ONS code.
/// SOURCE: practice.md D, R3 (2016, all ages): Croydon 3,942, Richmond 603, about 55,000 in all. The other counts are
/// **synthetic**, between those two, and the whole comes to a little less than that total.
pub(crate) const BOROUGHS: [Weighted<&str>; 33] = [
    (60, "E09000001"),
    (1720, "E09000002"),
    (1850, "E09000003"),
    (1330, "E09000004"),
    (1910, "E09000005"),
    (1840, "E09000006"),
    (1580, "E09000007"),
    (3942, "E09000008"),
    (1980, "E09000009"),
    (1990, "E09000010"),
    (1870, "E09000011"),
    (1830, "E09000012"),
    (1040, "E09000013"),
    (1770, "E09000014"),
    (1090, "E09000015"),
    (1380, "E09000016"),
    (1760, "E09000017"),
    (1500, "E09000018"),
    (1640, "E09000019"),
    (820, "E09000020"),
    (690, "E09000021"),
    (2290, "E09000022"),
    (2180, "E09000023"),
    (1010, "E09000024"),
    (2060, "E09000025"),
    (1560, "E09000026"),
    (603, "E09000027"),
    (2120, "E09000028"),
    (1120, "E09000029"),
    (1830, "E09000030"),
    (1740, "E09000031"),
    (1690, "E09000032"),
    (1430, "E09000033"),
];
