//! Everything a person can ask for. Every route and every use case is exactly one of these.

/// What an action does, as the limits in `policies/limits.cedar` see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Shows something about a child.
    ShowsCase,
    /// Changes an incident; what a closed incident refuses.
    Works,
    /// Changes something about a child otherwise.
    ChangesCase,
    /// Changes a record that is not about a child.
    Changes,
    /// Neither shows nor changes anything about a child.
    Other,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident $code:literal $effect:ident $label:literal $purpose:literal;)+) => {
        /// One thing a person can ask for. The code is stored in the access log and named by policies; it never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant,)+
        }

        impl Action {
            /// Every action, in the order of the access matrix.
            pub const ALL: [Action; [$($code),+].len()] = [$(Action::$variant),+];

            /// The stable code, as stored and as policies name it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Action::$variant => $code,)+ }
            }

            /// The words a page shows.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Action::$variant => $label,)+ }
            }

            /// What it is for, in plain words, as the access log gives it.
            #[must_use]
            pub const fn purpose(self) -> &'static str {
                match self { $(Action::$variant => $purpose,)+ }
            }

            /// What it does to what is held about a child. The groups in the schema say the same.
            #[must_use]
            pub const fn effect(self) -> Effect {
                match self { $(Action::$variant => Effect::$effect,)+ }
            }
        }
    };
}

actions! {
    /// The board of open incidents.
    ViewBoard "view_board" ShowsCase "See the board" "to see which children are missing and what is due";
    /// What this person owes, and by when.
    ViewOwnWork "view_own_work" ShowsCase "See own work" "to see what they owe and by when";
    /// The children a council answers for, with their incidents.
    ViewOwnChildren "view_own_children" ShowsCase "See own council's children" "to see which of the council's children are or were missing, and what is owed";
    /// The supervisor's queue.
    ViewQueue "view_queue" ShowsCase "See the supervisor's queue" "to see what waits for a supervisor";
    /// Looking for a child by name and particulars.
    SearchChildren "search_children" ShowsCase "Search for a child" "to find out whether a child is known";
    /// Taking a report of a missing child.
    TakeReport "take_report" ChangesCase "Take a report" "to take a report of a missing child";
    /// Opening an incident.
    ViewIncident "view_incident" ShowsCase "Open an incident" "to work on or look into an incident";
    /// Tasks, checks, facts and entries on an incident.
    RecordOnIncident "record_on_incident" Works "Record on an incident" "to record what was done or learned";
    /// Giving a grade.
    GradeIncident "grade_incident" Works "Grade an incident" "to grade the risk to the child";
    /// A supervisor's review.
    ReviewIncident "review_incident" Works "Review an incident" "to review the grade and the work done";
    /// Handing an incident over, or taking it over.
    HandOver "hand_over" Works "Hand over or take over" "to pass responsibility for the incident";
    /// Acknowledging a hand-over.
    AcknowledgeHandOver "acknowledge_hand_over" Works "Acknowledge a hand-over" "to accept responsibility for the incident";
    /// The child is found or has returned.
    RecordReturn "record_return" Works "Record a return" "to record that the child is found or back";
    /// The prevention interview, held or forgone.
    RecordPreventionInterview "record_prevention_interview" Works "Record a prevention interview" "to record the prevention interview";
    /// The return home interview: offers, tries, the talk.
    RecordReturnInterview "record_return_interview" Works "Record a return home interview" "to record the return home interview";
    /// Closing an incident.
    CloseIncident "close_incident" ChangesCase "Close an incident" "to close the incident";
    /// Reopening a closed incident.
    ReopenIncident "reopen_incident" ChangesCase "Reopen an incident" "to reopen the incident";
    /// Opening a child's record.
    ViewChild "view_child" ShowsCase "Open a child's record" "to see what is known about the child";
    /// Keeping a child's record: care, contacts, plans, warnings.
    RecordOnChild "record_on_child" ChangesCase "Record about a child" "to keep what is known about the child";
    /// Restricting a child's record, or lifting that.
    RestrictChild "restrict_child" ChangesCase "Restrict a child's record" "to limit who may open the child's record";
    /// The history of a record.
    ViewHistory "view_history" ShowsCase "See the history of a record" "to see who changed what and when";
    /// Records a council sent.
    ViewCouncilRecords "view_council_records" ShowsCase "See council records" "to see what a council knows";
    /// Records a partner agency sent.
    ViewPartnerRecords "view_partner_records" ShowsCase "See partner records" "to see what another agency knows";
    /// Pairs of records that may be one child.
    ViewLinks "view_links" ShowsCase "See pairs that may be one child" "to decide whether two records are one child";
    /// Linking two records, keeping them apart, or undoing a link.
    DecideLink "decide_link" ChangesCase "Link records, or undo a link" "to record whether two records are one child";
    /// Asking people about a pair; the software's.
    ProposeLink "propose_link" Changes "Propose a link" "to ask people whether two records are one child";
    /// Asking whoever may open it about a restricted record that matched.
    AskRestricted "ask_restricted" Other "Ask about a restricted record" "to ask whether a restricted record is the child's";
    /// Importing an extract.
    ImportData "import_data" Changes "Import data" "to import an extract of another system";
    /// Imports and what became of each row.
    ViewImports "view_imports" Other "See imports" "to see what was imported and what was set aside";
    /// Who looked at what.
    ViewAccessLog "view_access_log" ShowsCase "See the access log" "to check who looked at what, and why";
    /// Checking that the record is whole.
    VerifyRecord "verify_record" Other "Verify the record" "to check that nothing in the record was changed";
    /// Taking a bundle of records with its proofs.
    ExportBundle "export_bundle" ShowsCase "Export a bundle" "to take records out together with their proofs";
    /// The grading rules.
    ViewRules "view_rules" Other "Read the rules" "to read the rules that recommend a grade";
    /// Trying rules against past incidents.
    BacktestRules "backtest_rules" Other "Backtest rules" "to try the rules on past incidents, as counts";
    /// Accounts, roles and other people's sessions.
    ManageAccounts "manage_accounts" Changes "Keep accounts" "to keep accounts and roles";
    /// The person's own sessions and sign-in.
    ManageOwnSessions "manage_own_sessions" Other "Keep own sessions" "to see and end their own sessions";
    /// Seeing a restricted record, with a reason.
    BreakGlass "break_glass" Other "Break the glass" "to see a restricted record, for the reason given";
    /// Reviewing that somebody broke the glass.
    ReviewGlass "review_glass" Changes "Review a broken glass" "to review why a restricted record was opened";
    /// Overdue clocks climb their ladder.
    Escalate "escalate" Changes "Escalate" "to bring what is overdue to the next person";
    /// Checking wording as it is typed, the page to learn with, and the guide.
    CheckWording "check_wording" Other "Check wording" "to check wording for blame of a child";
    /// Challenging words in a record.
    ChallengeWording "challenge_wording" ChangesCase "Challenge wording" "to challenge words that blame a child";
    /// The writer's answer about words of theirs.
    AnswerWording "answer_wording" ChangesCase "Answer about wording" "to answer for words a colleague asked about";
    /// Looking at words that were kept, and saying what came of a challenge.
    LookAtWording "look_at_wording" ChangesCase "Look at kept or challenged wording" "to look at words that were kept or challenged";
    /// How often records blame a child, as counts.
    ViewWordingAudit "view_wording_audit" ShowsCase "See the wording audit" "to see how often records blame a child";
    /// The texts behind the wording audit.
    ReadAuditedTexts "read_audited_texts" ShowsCase "Read texts of the wording audit" "to read the texts behind the wording audit";
    /// Flows of work over time, with their alarms.
    ViewFlows "view_flows" Other "See how work flows" "to see whether work goes on as usual";
    /// Taking and answering an alarm about a flow that fell.
    AnswerFlowAlarm "answer_flow_alarm" Changes "Answer an alarm about a flow" "to say why a flow of work fell and what is done";
    /// Raising an alarm about a flow; the software's.
    RaiseFlowAlarm "raise_flow_alarm" Changes "Raise an alarm about a flow" "to ask people why a flow of work fell";
    /// Signing in.
    SignIn "sign_in" Other "Sign in" "to sign in";
    /// Help pages.
    ViewHelp "view_help" Other "Read help" "to read help";
    /// How the service is.
    ViewStatus "view_status" Other "See the status" "to see how the service is";
}

impl Action {
    /// The action with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}
