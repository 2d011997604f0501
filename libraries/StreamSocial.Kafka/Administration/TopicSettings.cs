using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamSocial.Kafka.Administration;

/// <summary>Asks for the settings of topics.</summary>
internal static class TopicSettings
{
    /// <summary>Reads those of some topics.</summary>
    /// <param name="admin">Asks.</param>
    /// <param name="topics">Their names.</param>
    /// <param name="timeout">Bound for the request.</param>
    /// <param name="mayLack">Errors with which a topic is only absent from the answer; by default that a topic comes or goes, so that the broker that is asked does not know it.</param>
    /// <exception cref="DescribeConfigsException">A topic's settings cannot be read for another reason.</exception>
    public static async Task<IReadOnlyList<DescribeConfigsResult>> DescribeAsync(
        IAdminClient admin, IEnumerable<string> topics, TimeSpan timeout, Func<Error, bool>? mayLack = null)
    {
        mayLack ??= error => error.Code == ErrorCode.UnknownTopicOrPart;
        try
        {
            return await admin.DescribeConfigsAsync(
                topics.Select(name => new ConfigResource { Type = ResourceType.Topic, Name = name }), new DescribeConfigsOptions { RequestTimeout = timeout });
        }
        catch (DescribeConfigsException e) when (e.Results.TrueForAll(topic => !topic.Error.IsError || mayLack(topic.Error)))
        {
            return [.. e.Results.Where(topic => !topic.Error.IsError).Select(topic => new DescribeConfigsResult { ConfigResource = topic.ConfigResource, Entries = topic.Entries })];
        }
    }
}
