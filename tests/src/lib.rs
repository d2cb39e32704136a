pub mod bench;
pub mod browser;
pub mod cable;
pub mod decoders;
pub mod http;
pub mod process;
pub mod simulator;
pub mod story;
