//! Everything through the front door, in reading order.

mod cli;
mod crash;
mod documentation;
mod fixtures;
mod hostile;
mod limits;
mod official_clients;
mod payment_methods;
mod wire;
