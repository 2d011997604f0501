namespace StreamSocial.Kafka.Sources;

/// <summary>Decides which Kafka is used, from the configuration and what the machine can run.</summary>
public static class KafkaSourceSelector
{
    /// <summary>
    /// A named source is used or fails. <c>auto</c> takes external, containers, process, embedded, in this order; what was set up on
    /// purpose (a connection string, <c>KAFKA_HOME</c>) and does not work fails too, instead of being passed over.
    /// </summary>
    /// <exception cref="KafkaSourceException">The configuration is wrong, or the machine cannot run what it names.</exception>
    public static KafkaSourceChoice Select(KafkaSourceRequest request, IMachineProbe probe)
    {
        var (source, reason) = Parse<KafkaSource>(request.Source, "Kafka:Source") switch
        {
            null or KafkaSource.Auto => SelectAutomatically(request, probe),
            { } named => (named, "it is named in Kafka:Source"),
        };

        if (FindProblem(source, request, probe) is { } problem)
            throw new KafkaSourceException(problem);
        return new KafkaSourceChoice(source, reason);
    }

    private static (KafkaSource Source, string Reason) SelectAutomatically(KafkaSourceRequest request, IMachineProbe probe) =>
        !string.IsNullOrWhiteSpace(request.ConnectionString) ? (KafkaSource.External, "ConnectionStrings:kafka is set")
        : probe.ContainerRuntimeAnswers() ? (KafkaSource.Containers, "a container runtime answers")
        : !string.IsNullOrWhiteSpace(request.KafkaHome) ? (KafkaSource.Process, "KAFKA_HOME is set")
        : (KafkaSource.Embedded, "there is no ConnectionStrings:kafka, no container runtime and no KAFKA_HOME");

    private static string? FindProblem(KafkaSource source, KafkaSourceRequest request, IMachineProbe probe) => source switch
    {
        KafkaSource.External when string.IsNullOrWhiteSpace(request.ConnectionString) =>
            "Kafka:Source is external, but ConnectionStrings:kafka is not set: set it to host:port[,host:port…].",
        KafkaSource.Containers when !probe.ContainerRuntimeAnswers() =>
            "Kafka:Source is containers, but no container runtime answers: start Docker (docker info must succeed), or use another Kafka:Source.",
        KafkaSource.Process when string.IsNullOrWhiteSpace(request.KafkaHome) =>
            "Kafka:Source is process, but KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar).",
        KafkaSource.Process => probe.FindProblemOfKafkaHome(request.KafkaHome!) ?? probe.FindProblemOfJava(),
        _ => null,
    };

    private static T? Parse<T>(string? text, string key)
        where T : struct, Enum
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return Array.Exists(Enum.GetNames<T>(), name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase))
            ? Enum.Parse<T>(text.Trim(), ignoreCase: true)
            : throw new KafkaSourceException($"{key} is '{text}': use {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}.");
    }
}
