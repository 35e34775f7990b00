//! A person at their keyboard.

use super::Workspace;
use super::acts::{self, ActError, Posted, Press, SlashAnswer, Submission};
use super::deliver::Delivery;
use super::message::{Button, Message};
use super::modals::View;

/// Somebody of the workspace, able to do what Slack's client lets people do.
#[derive(Clone)]
pub struct Person {
    /// The user id.
    pub id: String,
    /// The handle.
    pub name: String,
    pub(super) workspace: Workspace,
}

impl Person {
    /// Writes a message in `#general` or, with `@infrared`, to the bot. Events go out in the background.
    pub fn says(&self, place: &str, text: &str) -> Result<Posted, ActError> {
        acts::say(&self.workspace.hub, &self.id, place, text, None)
    }

    /// Writes into the thread of a message.
    pub fn replies(&self, to: &Message, text: &str) -> Result<Posted, ActError> {
        acts::say(
            &self.workspace.hub,
            &self.id,
            &to.channel,
            text,
            Some(to.thread()),
        )
    }

    /// Edits what they wrote.
    pub fn edits(&self, posted: &Posted, text: &str) -> Result<(), ActError> {
        acts::edit(&self.workspace.hub, &self.id, posted, text)
    }

    /// Deletes what they wrote.
    pub fn deletes(&self, posted: &Posted) -> Result<(), ActError> {
        acts::delete(&self.workspace.hub, &self.id, posted)
    }

    /// Runs a slash command and waits for its answer.
    pub async fn runs(
        &self,
        place: &str,
        command: &str,
        text: &str,
    ) -> Result<SlashAnswer, ActError> {
        acts::run_command(&self.workspace.hub, &self.id, place, command, text).await
    }

    /// Presses the first button with this `action_id` on the message as it was seen, confirming if asked.
    pub async fn clicks(&self, message: &Message, action_id: &str) -> Result<Delivery, ActError> {
        let press = Press {
            block_id: None,
            action_id,
            choice: None,
        };
        acts::press(&self.workspace.hub, &self.id, message, press).await
    }

    /// Presses exactly this button of the message.
    pub async fn presses(&self, message: &Message, button: &Button) -> Result<Delivery, ActError> {
        let press = Press {
            block_id: Some(&button.block_id),
            action_id: &button.action_id,
            choice: None,
        };
        acts::press(&self.workspace.hub, &self.id, message, press).await
    }

    /// Chooses an option by its value (or a user by id) in a menu on the message.
    pub async fn chooses(
        &self,
        message: &Message,
        action_id: &str,
        choice: &str,
    ) -> Result<Delivery, ActError> {
        let press = Press {
            block_id: None,
            action_id,
            choice: Some(choice),
        };
        acts::press(&self.workspace.hub, &self.id, message, press).await
    }

    /// The modal in front of them.
    pub fn view(&self) -> Option<View> {
        self.workspace
            .hub
            .read(|state| state.modals.top(&self.id).cloned())
    }

    /// Presses a button in the modal in front of them.
    pub async fn clicks_in(&self, view: &View, action_id: &str) -> Result<Delivery, ActError> {
        let press = Press {
            block_id: None,
            action_id,
            choice: None,
        };
        acts::press_in_view(&self.workspace.hub, &self.id, &view.id, press, &[]).await
    }

    /// Chooses in a menu of the modal that is not an input.
    pub async fn chooses_in(
        &self,
        view: &View,
        action_id: &str,
        choice: &str,
    ) -> Result<Delivery, ActError> {
        let press = Press {
            block_id: None,
            action_id,
            choice: Some(choice),
        };
        acts::press_in_view(&self.workspace.hub, &self.id, &view.id, press, &[]).await
    }

    /// Fills in the modal, as (`block_id`, `action_id`, value), and submits it. Inputs not named keep what they held;
    /// a choice is named by its option's value, several by commas.
    pub async fn submits(
        &self,
        view: &View,
        filled: &[(&str, &str, &str)],
    ) -> Result<Submission, ActError> {
        let owned = |(block, action, value): &(&str, &str, &str)| {
            (
                (*block).to_owned(),
                (*action).to_owned(),
                (*value).to_owned(),
            )
        };
        let filled: Vec<_> = filled.iter().map(owned).collect();
        acts::submit(&self.workspace.hub, &self.id, &view.id, &filled).await
    }

    /// Closes the modal; the delivery of `view_closed`, if the app asked for one.
    pub async fn dismisses(&self, view: &View) -> Result<Option<Delivery>, ActError> {
        acts::dismiss(&self.workspace.hub, &self.id, &view.id).await
    }
}
