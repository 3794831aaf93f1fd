//! What people fill in.

mod button;
mod character_count;
mod checkboxes;
mod date_input;
mod error_summary;
mod fieldset;
mod file_upload;
mod input;
mod label;
mod password_input;
mod radios;
mod select;
mod textarea;

pub use button::Button;
pub use character_count::{CharacterCount, CountMessage, PluralText};
pub use checkboxes::Checkboxes;
pub use date_input::{DateInput, DatePart, DateValues};
pub use error_summary::{ErrorLink, ErrorSummary};
pub use fieldset::{Fieldset, Legend};
pub use file_upload::FileUpload;
pub use input::{Affix, Input, InputWrapper};
pub use label::{ErrorMessage, FormGroup, Hint, Label};
pub use password_input::PasswordInput;
pub use radios::{Choice, Radios};
pub use select::{Select, SelectItem};
pub use textarea::Textarea;
