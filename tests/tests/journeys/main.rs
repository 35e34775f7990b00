//! Journeys: people talk to the bot, and what they see and what the cloud has is looked at. Everything between is the
//! product itself: the deployed template, the Lambda binaries, the workflows.

mod asking;
mod canaries;
mod cluster_power;
mod clusters;
mod failing;
mod failover;
mod first;
mod forty;
mod front_door;
mod keys;
mod people;
mod power;
mod prices;
mod repeating;
mod roles;
mod several;
mod spot;
mod sweep;
mod unreachable;
mod usual;
