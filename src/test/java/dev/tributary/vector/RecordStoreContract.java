package dev.tributary.vector;

/** The specification of a {@link RecordStore}. */
public interface RecordStoreContract
        extends VectorStoreContract,
                TransactionContract,
                WriteContract,
                ReplaceContract,
                PatchContract,
                ScrollContract,
                SourceContract,
                StatsContract,
                NearestOfContract,
                HybridContract,
                HybridBoostContract,
                RankFusionContract,
                TextContract,
                PhraseContract,
                ScriptContract,
                WordFormContract,
                RecordConcurrencyContract,
                RecordTenantContract {}
