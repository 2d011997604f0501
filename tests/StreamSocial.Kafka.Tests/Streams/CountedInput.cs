using System.Buffers.Binary;
using Confluent.Kafka;
using StreamSocial.Kafka.Tests.Hosting.Kafka.Processes;

namespace StreamSocial.Kafka.Tests.Streams;

/// <summary>The input of a <see cref="CountingMember"/>, with its other topics.</summary>
internal sealed class CountedInput(KraftFixture kafka, string name)
{
    public static async Task<CountedInput> CreateAsync(KraftFixture kafka, string name)
    {
        using var administrator = await kafka.GetAdministratorAsync();
        await administrator.CreateAsync([.. CountingMember.CatalogOf(name).Topics], TestContext.Current.CancellationToken);
        return new(kafka, name);
    }

    public string Name => name;

    public Task<CountingMember> StartMemberAsync(params (string Key, string Value)[] settings) => CountingMember.StartAsync(kafka, name, settings);

    /// <summary>Counts some keys once more.</summary>
    public async Task CountAsync(int firstKey, int keys)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = (await kafka.GetSettingsAsync()).BootstrapServers, Acks = Acks.All }).Build();
        for (var key = firstKey; key < firstKey + keys; key++)
        {
            var bytes = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(bytes, key);
            producer.Produce(new TopicPartition(name, 0), new Message<byte[]?, byte[]?> { Key = bytes, Value = [1] });
        }
        producer.Flush(TestContext.Current.CancellationToken);
    }
}
