//! A refused record is offered again: as it is, or as its owner edited it.

use crate::codes::Code;
use crate::ids::EntryId;
use crate::records::Record;
use crate::time::Timestamp;

use super::Effect;
use super::engine::{Engine, Pending, delete_command, write_command};
use super::rows::CommandState;

impl Engine {
    /// Offers a refused record again as it is: whatever was in its way may be gone.
    pub(super) fn resend(&mut self, id: EntryId, effects: &mut Vec<Effect>) {
        let refused = self
            .commands
            .get(&id)
            .filter(|command| command.is_refused());
        let Some(command) = refused.filter(|command| command.entry.by == self.identity.member)
        else {
            effects.push(answer(id, Code::NotFound));
            return;
        };
        let mut command = command.clone();
        command.state = CommandState::Saved;
        command.alone = true;
        command.returns = 0;
        let write = write_command(&command);
        self.persist(Pending::Enter(Box::new(command)), vec![write], effects);
    }

    /// Puts an edited record in the place of a refused one, under an id of its own: a late copy of
    /// the first may yet be stored, and then both stand.
    pub(super) fn amend(
        &mut self,
        now: Timestamp,
        refused: EntryId,
        id: EntryId,
        record: Record,
        effects: &mut Vec<Effect>,
    ) {
        let is_refused = self.commands.get(&refused);
        let is_refused = is_refused.is_some_and(super::rows::Command::is_refused);
        if !is_refused || self.commands.contains_key(&id) {
            effects.push(answer(id, Code::NotFound));
            return;
        }
        match self.command(now, id, record) {
            Ok(command) => {
                let writes = vec![write_command(&command), delete_command(refused)];
                let pending = Pending::Amend {
                    refused,
                    command: Box::new(command),
                };
                self.persist(pending, writes, effects);
            }
            Err(code) => effects.push(answer(id, code)),
        }
    }
}

fn answer(id: EntryId, code: Code) -> Effect {
    Effect::Answer {
        id,
        result: Err(code),
    }
}
