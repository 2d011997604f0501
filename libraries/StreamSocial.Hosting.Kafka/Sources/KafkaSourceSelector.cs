namespace StreamSocial.Hosting.Kafka.Sources;

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
        var choice = Parse(request.Source) is { } named and not KafkaSource.Auto
            ? new KafkaSourceChoice(named, "it is named in Kafka:Source")
            : SelectAutomatically(request, probe);
        return FindProblem(choice.Source, request, probe) is { } problem ? throw new KafkaSourceException(problem) : choice;
    }

    private static KafkaSourceChoice SelectAutomatically(KafkaSourceRequest request, IMachineProbe probe) =>
        !string.IsNullOrWhiteSpace(request.ConnectionString) ? new(KafkaSource.External, "ConnectionStrings:kafka is set")
        : probe.ContainerRuntimeAnswers() ? new(KafkaSource.Containers, "a container runtime answers")
        : !string.IsNullOrWhiteSpace(request.KafkaHome) ? new(KafkaSource.Process, "KAFKA_HOME is set")
        : new(KafkaSource.Embedded, "there is no ConnectionStrings:kafka, no container runtime and no KAFKA_HOME");

    private static string? FindProblem(KafkaSource source, KafkaSourceRequest request, IMachineProbe probe) => source switch
    {
        KafkaSource.External when string.IsNullOrWhiteSpace(request.ConnectionString) =>
            "Kafka:Source is external, but ConnectionStrings:kafka is not set: set it to host:port[,host:port…].",
        KafkaSource.Containers when !probe.ContainerRuntimeAnswers() =>
            "Kafka:Source is containers, but no container runtime answers: start Docker or Podman (docker info or podman info must succeed, or that of ASPIRE_CONTAINER_RUNTIME), or use another Kafka:Source.",
        KafkaSource.Process when string.IsNullOrWhiteSpace(request.KafkaHome) =>
            "Kafka:Source is process, but KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar).",
        KafkaSource.Process => probe.FindProblemOfKafkaHome(request.KafkaHome!) ?? probe.FindProblemOfJava(),
        _ => null,
    };

    private static KafkaSource? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return Enum.GetNames<KafkaSource>().Contains(text.Trim(), StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<KafkaSource>(text.Trim(), ignoreCase: true)
            : throw new KafkaSourceException($"Kafka:Source is '{text}': use {string.Join(", ", Enum.GetNames<KafkaSource>().Select(name => name.ToLowerInvariant()))}.");
    }
}
