//! The program: everything is in the library, so that tests and the bindings generator share it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    if let Some(code) = zhanggui_desktop::read_workbook() {
        return code;
    }
    zhanggui_desktop::run()
}
