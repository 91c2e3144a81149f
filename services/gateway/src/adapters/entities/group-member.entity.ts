import { Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('group_member')
export class GroupMember {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' }) userId!: string;
  @Index('group_member_group')
  @PrimaryColumn({ name: 'group_id', type: 'uuid' }) groupId!: string;
}
