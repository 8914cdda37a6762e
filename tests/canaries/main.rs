//! Canaries: what is secret, or says something of the payer, is found in nothing that anybody logs.
//!
//! A program of its own, as it listens to all that there is to hear in a process: every span and
//! event at the finest level, every line of a log, and every panic.

mod command;
mod errors;
mod log;
mod sdk;
mod service;
mod values;
