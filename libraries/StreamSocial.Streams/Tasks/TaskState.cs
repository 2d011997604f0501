namespace StreamSocial.Streams.Tasks;

/// <summary>Where a task is in its life in this process.</summary>
/// <remarks>
/// <code>
///  Restoring ──► Running ──► Closing ──► Closed
///      │            │            ▲
///      │            └── lost ────┼──────► Closed
///      └────── revoked or lost ──┴──────► Closed
/// </code>
/// Closing: no longer consumes, its outputs and last checkpoint are under way. A lost task is never checkpointed.
/// </remarks>
internal enum TaskState
{
    Restoring,
    Running,
    Closing,
    Closed,
}
