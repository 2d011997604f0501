namespace StreamSocial.Streams.Tasks;

/// <summary>A kind of task: which topic it consumes, where its state is logged, and what it does.</summary>
/// <param name="Name">Name in metrics, logs and reads, for example <c>feeds</c>.</param>
/// <param name="InputTopic">Each partition of it is one task.</param>
/// <param name="StateTopic">Changelog with the same partition count.</param>
/// <param name="CreateProcessor">Makes the processor of one task.</param>
public sealed record StageDefinition(
    string Name, string InputTopic, string StateTopic, Func<ITaskContext, IRecordProcessor> CreateProcessor);
