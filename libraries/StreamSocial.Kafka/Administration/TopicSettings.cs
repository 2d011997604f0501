using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamSocial.Kafka.Administration;

/// <summary>Asks for the settings of topics.</summary>
internal static class TopicSettings
{
    /// <summary>Reads those of some topics. One that comes or goes meanwhile, so that the broker that is asked does not know it, is absent.</summary>
    /// <exception cref="DescribeConfigsException">A topic's settings cannot be read for another reason.</exception>
    public static async Task<IReadOnlyList<DescribeConfigsResult>> DescribeAsync(IAdminClient admin, IEnumerable<string> topics, TimeSpan timeout)
    {
        try
        {
            return await admin.DescribeConfigsAsync(
                topics.Select(name => new ConfigResource { Type = ResourceType.Topic, Name = name }), new DescribeConfigsOptions { RequestTimeout = timeout });
        }
        catch (DescribeConfigsException e) when (e.Results.TrueForAll(topic => !topic.Error.IsError || topic.Error.Code == ErrorCode.UnknownTopicOrPart))
        {
            return [.. e.Results.Where(topic => !topic.Error.IsError).Select(topic => new DescribeConfigsResult { ConfigResource = topic.ConfigResource, Entries = topic.Entries })];
        }
    }
}
