using Confluent.Kafka;

namespace StreamSocial.Kafka;

/// <summary>Bounds an admin client's requests to the coordinators of groups.</summary>
/// <remarks>
/// librdkafka (2.16.0) uses freed memory, which can abort the process, when a request that waits for its coordinator times out and the coordinator comes back
/// (<c>rd_kafka_admin_coord_response_parse</c>). So it gets a timeout that it does not reach, and the caller stops waiting. The client must not outlive what it was made to ask.
/// </remarks>
internal static class CoordinatorRequests
{
    /// <summary>For the options of a request: the longest timeout that librdkafka takes.</summary>
    public static readonly TimeSpan LibraryTimeout = TimeSpan.FromHours(1);

    /// <summary>Waits for the answer.</summary>
    /// <exception cref="KafkaException">The coordinator refused, or did not answer in time.</exception>
    public static async Task<T> WithinAsync<T>(this Task<T> request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        try
        {
            return await request.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"The coordinator did not answer within {timeout.TotalSeconds} s"), e);
        }
    }
}
