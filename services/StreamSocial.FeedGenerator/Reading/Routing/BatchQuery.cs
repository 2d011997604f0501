using System.Text.Json.Serialization.Metadata;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>What a batch asks for, in this process and of another replica.</summary>
/// <param name="Target">The state that is read.</param>
/// <param name="Keys">Users or contents.</param>
/// <param name="Path">Path of the batch endpoint.</param>
/// <param name="Read">Reads one key; runs while the task stands still.</param>
/// <param name="CreateContent">The request's body for some of the keys.</param>
/// <param name="AnswerType">The answer's JSON.</param>
internal sealed record BatchQuery<TProcessor, TItem>(
    ReadTarget Target,
    IReadOnlyList<string> Keys,
    string Path,
    Func<TProcessor, string, TItem> Read,
    Func<IReadOnlyList<string>, HttpContent> CreateContent,
    JsonTypeInfo<Batch<TItem>> AnswerType)
    where TProcessor : class, IRecordProcessor
    where TItem : class;
