using StreamSocial.Streams.Checkpoints;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Restoring;

/// <summary>The state of a task that left, exactly as its last durable checkpoint has it.</summary>
/// <param name="Stores">The stores, with nothing in them that the checkpoint does not have.</param>
/// <param name="Commit">What the checkpoint's commit record says of them.</param>
/// <param name="NextChangelogOffset">First changelog offset whose record the stores do not have.</param>
/// <param name="Growth">How much the changelog had grown since the whole state was last written.</param>
/// <param name="KeptAt">Timestamp of the member's clock.</param>
internal sealed record WarmState(TaskStores Stores, CommitRecord Commit, long NextChangelogOffset, ChangelogGrowth Growth, long KeptAt);
