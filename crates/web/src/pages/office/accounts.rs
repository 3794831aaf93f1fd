//! Who may sign in: the list, adding, ending, a new password, and forgetting who somebody is at an identity provider.
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cf_access::{Action, Resource};
use cf_app::accounts::NewAccount;
use cf_app::{FieldProblem, Problem};
use cf_components::{Button, Cell, Details, Html, PasswordInput, Table, Tag};
use cf_kernel::{Role, UserId};
use cf_store::Account;
use serde::Deserialize;

use crate::acts::code_list::CodeList;
use crate::acts::field::Kind;
use crate::acts::{Answers, Field, fields_html};
use crate::markup::{form, h1, h2, hidden, link, p};
use crate::pages::problem_page::PageProblem;
use crate::session::{Sent, SignedIn};
use crate::shell::Shell;
use crate::state::Web;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

fn fields() -> Vec<Field> {
    let roles = Role::PEOPLE.map(|role| (role.code(), role.label()));
    vec![
        Field::new("login", "Login", Kind::Line(20)),
        Field::new("name", "Name, as colleagues know it", Kind::Line(20)),
        Field::one("role", "Role", roles),
        Field::new("team", "Team", Kind::Line(20)).optional().hint("Leave empty for the missing desk."),
        Field::new("authority", "Council, for a council worker", Kind::Listed(CodeList::Council)).optional(),
    ]
}

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageProblem> {
    show(&web, &who, &Answers::default(), StatusCode::OK, &[], asked.done.as_deref()).await
}

/// A password is never shown again, so its field comes back empty.
pub(super) fn password_field(id: &str, label: &str, problems: &[FieldProblem]) -> Html {
    let problem = problems.iter().find(|problem| problem.field == "password");
    let field = PasswordInput::default()
        .name("password")
        .id(id)
        .label(label)
        .hint("At least 12 characters; three words that do not belong together are good.")
        .autocomplete("new-password");
    match problem {
        Some(problem) => field.error_message(problem.message.as_str()).into(),
        None => field.into(),
    }
}

/// A first password as it was typed. Where people sign in elsewhere too, none need be given.
pub(crate) fn first_password(web: &Web, typed: &str) -> Option<String> {
    (!typed.is_empty() || web.elsewhere.is_none()).then(|| typed.to_owned())
}

/// How somebody signs in.
fn signs_in_with(account: &Account) -> String {
    let password = match (&account.password_hash, account.has_totp) {
        (Some(_), true) => Some("password and one-time code"),
        (Some(_), false) => Some("password"),
        (None, _) => None,
    };
    let elsewhere = account.identity.as_ref().map(|_| "identity provider");
    let ways: Vec<_> = password.into_iter().chain(elsewhere).collect();
    if ways.is_empty() { "no password".to_owned() } else { ways.join(", or ") }
}

/// What an administrator may change of an account.
fn changes(account: &Account) -> Html {
    let user = account.id.to_string();
    let open = account.disabled_at.is_none();
    let new = open.then(|| {
        let words = format!("New password for {}", account.name);
        let content = [
            hidden("user", &user),
            password_field(&format!("password-{user}"), &words, &[]),
            Button::submit("Set the password").secondary().into(),
        ];
        form("/accounts/password", Html::join(content))
    });
    // Of an ended account too: until then, who it was cannot come in with another.
    let forget = account.identity.as_ref().map(|_| {
        let button = Button::submit(format!("Forget {}'s identity", account.name)).secondary();
        form("/accounts/forget-identity", Html::join([hidden("user", &user), button.into()]))
    });
    let end = open.then(|| {
        let button = Button::submit(format!("End {}'s account", account.name)).warning();
        form("/accounts/disable", Html::join([hidden("user", &user), button.into()]))
    });
    let more = match open {
        true => format!("Give {} another role", account.name),
        false => format!("Open {}'s account again", account.name),
    };
    let more = Some(p(link(&format!("/accounts/{user}"), more)));
    let all: Vec<Html> = [more, new, forget, end].into_iter().flatten().collect();
    Details::new(format!("Change {}", account.name), Html::join(all)).into()
}

async fn show(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    status: StatusCode,
    problems: &[FieldProblem],
    done: Option<&str>,
) -> Result<Response, PageProblem> {
    let accounts =
        web.app.accounts(&who.caller).await.map_err(|problem| PageProblem::to(web, who, problem))?;
    let mut table =
        Table::new("Accounts", ["Name", "Login", "Role", "Signs in with", "State", "Change"].map(Cell::from))
            .caption_classes("govuk-visually-hidden")
            .first_cell_is_header(true);
    for account in &accounts {
        let state = match account.disabled_at {
            Some(_) => Html::from(Tag::coloured("Ended", "grey")),
            None => Html::from("open"),
        };
        table = table.row([
            Cell::from(&account.name),
            Cell::from(&account.login),
            Cell::from(account.role.label()),
            Cell::from(signs_in_with(account)),
            Cell::from(state),
            Cell::from(changes(account)),
        ]);
    }
    let first = match &web.elsewhere {
        Some(provider) => format!("First password; none for who signs in with {} alone", provider.label()),
        None => "First password".to_owned(),
    };
    let add = form(
        "/accounts",
        Html::join([
            fields_html(&fields(), answers, problems),
            password_field("password", &first, problems),
            Button::submit("Add the account").into(),
        ]),
    );
    let body = Html::join([h1("Accounts"), table.stacked().into(), h2("Add an account"), add]);
    Ok(Shell::new(web, who, "/accounts", "Accounts").wide().done(done).problems(status, problems).show(body))
}

async fn settled(
    web: &Web,
    who: &SignedIn,
    answers: &Answers,
    result: Result<(), Problem>,
) -> Result<Response, PageProblem> {
    match result {
        Ok(()) => Ok(Redirect::to("/accounts?done=account").into_response()),
        Err(Problem::Invalid(problems)) => {
            show(web, who, answers, StatusCode::UNPROCESSABLE_ENTITY, &problems, None).await
        }
        Err(problem) => Err(PageProblem::to(web, who, problem)),
    }
}

pub(super) async fn add(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ManageAccounts, Resource::system()).await?;
    let result = match Role::from_code(answers.get("role")) {
        None => Err(Problem::invalid("role", "Choose the role.")),
        Some(role) => {
            let new = NewAccount {
                login: answers.get("login").to_owned(),
                name: answers.get("name").to_owned(),
                role,
                team: answers.get("team").to_owned(),
                authority: Some(answers.get("authority").to_owned()),
                password: first_password(&web, answers.get("password")),
            };
            web.app.add_account(&who.caller, new).await.map(drop)
        }
    };
    settled(&web, &who, &answers, result).await
}

fn user(answers: &Answers) -> Result<UserId, Problem> {
    answers.get("user").parse().map_err(|_| Problem::NotFound)
}

pub(super) async fn disable(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ManageAccounts, Resource::system()).await?;
    let result = match user(&answers) {
        Ok(user) => web.app.disable_account(&who.caller, user).await,
        Err(problem) => Err(problem),
    };
    settled(&web, &who, &answers, result).await
}

pub(super) async fn password(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ManageAccounts, Resource::system()).await?;
    let result = match user(&answers) {
        Ok(user) => web.app.set_password(&who.caller, user, answers.get("password").to_owned()).await,
        Err(problem) => Err(problem),
    };
    settled(&web, &who, &answers, result).await
}

pub(super) async fn forget_identity(
    State(web): State<Web>,
    Sent { who, answers }: Sent,
) -> Result<Response, PageProblem> {
    who.must(&web, Action::ManageAccounts, Resource::system()).await?;
    let result = match user(&answers) {
        Ok(user) => web.app.forget_identity(&who.caller, user).await,
        Err(problem) => Err(problem),
    };
    settled(&web, &who, &answers, result).await
}
